import { endpoint } from "../values/address";
import { command } from "../values/command";
import type { Fact } from "../values/fact";

/** What keepalived last said of a real server. */
export interface HealthChange {
  readonly isUp: boolean;
  readonly at: Date;
  /** Its message about the check that failed; undefined where it said none. */
  readonly why?: string;
}

/** The last change of each checked real server, by `tcp 192.0.2.80:80 -> 192.0.2.11:80`, as far as the journal tells. */
export type HealthLog = ReadonlyMap<string, HealthChange>;

/** No more lines of the journal are read, and no more of each. */
const MOST_LINES = 2000;
const LONGEST = 300;

// The last change of each real server, after the message before it, which says why. Each line is cut off.
const LAST_CHANGES = `{ message = $0; sub(/^[^:]*: /, "", message) }
message ~ /^(Enabling|Disabling) service / {
  split(message, words, " ")
  last[words[3] " " words[6]] = $1 " " words[1] " " words[3] " " words[6] " " substr(previous, 1, ${LONGEST})
}
{ previous = message }
END { for (one in last) print last[one] }`;

/** When real servers went up and down, from the journal of the unit that runs keepalived (journalctl(1)). */
export const healthLogFact: Fact<HealthLog> = {
  commands: [
    command(
      "sh",
      "-c",
      `journalctl -q -u pulumi-lvs-health -o short-unix -n ${MOST_LINES} --no-pager 2>/dev/null | awk '${LAST_CHANGES}'; :`,
    ),
  ],
  parse([shown]) {
    const changes = (shown?.stdout ?? "").split("\n").flatMap(readChange);
    return new Map(changes);
  },
};

/** Keepalived's messages may change: what is not known is no error. */
function readChange(line: string): [string, HealthChange][] {
  const [, seconds, word, realServer, service, why = ""] =
    /^(\d+\.\d+) (Enabling|Disabling) (\S+) (\S+) (.*)$/.exec(line) ?? [];
  const names = [service, realServer].map(nameOf);
  const [serviceName, realServerName] = names;
  if (!serviceName || !realServerName) return [];
  const isUp = word === "Enabling";
  const change = { isUp, at: new Date(Number(seconds) * 1000) };
  const name = `${serviceName.protocol} ${serviceName.endpoint} -> ${realServerName.endpoint}`;
  return [[name, isUp || why === "" ? change : { ...change, why }]];
}

/** `[192.0.2.11]:tcp:80` of keepalived. */
function nameOf(text: string | undefined) {
  const [, address, protocol, port] = /^\[([^\]]+)\]:(\w+):(\d+)$/.exec(text ?? "") ?? [];
  if (address === undefined || protocol === undefined) return undefined;
  return { protocol, endpoint: endpoint(address, Number(port)) };
}

import { endpoint } from "../values/address";
import { command } from "../values/command";
import type { Fact } from "../values/fact";

/** The last change of a real server that keepalived logged. */
export interface HealthChange {
  readonly isUp: boolean;
  readonly at: Date;
  /** Keepalived's message about the check that failed; undefined without such a message. */
  readonly why?: string;
}

/** The last logged change of each checked real server, by `tcp 192.0.2.80:80 -> 192.0.2.11:80`. */
export type HealthLog = ReadonlyMap<string, HealthChange>;

/** The number of lines of the journal that are read. */
const MOST_LINES = 2000;
/** The number of characters of a message that are kept. */
const LONGEST = 300;

// Prints the last change of each real server. The message before a change says why the check failed.
const LAST_CHANGES = `{ message = $0; sub(/^[^:]*: /, "", message) }
message ~ /^(Enabling|Disabling) service / {
  split(message, words, " ")
  last[words[3] " " words[6]] = $1 " " words[1] " " words[3] " " words[6] " " substr(previous, 1, ${LONGEST})
}
{ previous = message }
END { for (one in last) print last[one] }`;

/** When real servers went up and down, from the systemd journal of the unit that runs keepalived (journalctl(1)). */
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

/** An unknown line is no error, because another version of keepalived may log other messages. */
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

/** The protocol and the endpoint of `[192.0.2.11]:tcp:80`, as keepalived writes them. */
function nameOf(text: string | undefined) {
  const [, address, protocol, port] = /^\[([^\]]+)\]:(\w+):(\d+)$/.exec(text ?? "") ?? [];
  if (address === undefined || protocol === undefined) return undefined;
  return { protocol, endpoint: endpoint(address, Number(port)) };
}

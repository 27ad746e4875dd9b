import { parseFileTexts } from "../../system/fileTexts";
import { command } from "../../values/command";
import type { Fact } from "../../values/fact";
import { FAILOVER_DIRECTORY, FAILOVER_RUN } from "./paths";

/** What of ours has keepalived move VIPs between directors. */
export interface Failovers {
  /** The texts of the files, by their names. */
  readonly files: ReadonlyMap<string, string>;
  readonly isRunning: boolean;
}

const RUNNING = "running";

const ASK = `grep -Hs '' ${FAILOVER_DIRECTORY}/*.conf
[ ! -e ${FAILOVER_RUN}/vrrp.pid ] || { read -r pid <${FAILOVER_RUN}/vrrp.pid && [ -d "/proc/$pid" ] && echo ${RUNNING}; }
:`;

/** What keepalived is told of virtual routers, and whether it runs. */
export const failoverFact: Fact<Failovers> = {
  commands: [command("sh", "-c", ASK)],
  parse([shown]) {
    const lines = (shown?.stdout ?? "").split("\n");
    const texts = parseFileTexts(lines.filter((line) => line !== RUNNING).join("\n"));
    return {
      files: new Map([...texts].map(([path, text]) => [nameOf(path), text])),
      isRunning: lines.includes(RUNNING),
    };
  },
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

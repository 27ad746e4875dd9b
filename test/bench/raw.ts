import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../lab/lab";
import { command } from "../toolchain/command";
import { median } from "./median";
import { expectRules, removalOf, rulesOf } from "./rules";

/** The times of raw ssh commands that do the same on the director as Pulumi does, in milliseconds. */
export interface RawTimes {
  /** `ipvsadm -R` of the rules. */
  readonly write: number;
  /** `ipvsadm -Sn` and `ipvsadm -Ln --thresholds`. */
  readonly read: number;
  /** `ipvsadm -R` of a delete for each virtual service. */
  readonly remove: number;
}

/** Measures the raw commands on a director without rules, and leaves none. */
export async function measureRaw(lab: Lab, services: number): Promise<RawTimes> {
  const director = lab.host("director1");
  const rules = rulesOf(services);
  const ssh = sshTo(lab, "director1");
  const timed = async (line: string, input: readonly string[] = []) => {
    const begun = performance.now();
    await command([...ssh, line], { input: text(input), doing: `ssh ${line}` });
    return performance.now() - begun;
  };
  const write = await timed("ipvsadm -R", rules);
  await expectRules(director, rules, "ipvsadm -R");
  const read = await timed("ipvsadm -Sn && ipvsadm -Ln --thresholds");
  const remove = await timed("ipvsadm -R", removalOf(services));
  await expectRules(director, [], "ipvsadm -D");
  return { write, read, remove };
}

/** The medians of the raw commands, as a line. */
export function describeRaw(rules: number, runs: readonly RawTimes[]): string {
  const [write, read, remove] = (["write", "read", "remove"] as const).map((name) =>
    (median(runs.map((run) => run[name])) / 1000).toFixed(2),
  );
  return `  one ssh command for the same ${rules} rules: ipvsadm -R ${write}, -Sn and -Ln ${read}, -R of deletes ${remove}`;
}

/** The words of an ssh that logs in on a host of the lab as root. */
function sshTo(lab: Lab, name: string): string[] {
  const { host, port, user, privateKey, hostKey } = lab.connection(name);
  const [key, knownHosts] = [join(lab.directory, "bench.key"), join(lab.directory, "known_hosts")];
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`);
  const options = ["-F", "none", "-i", key, "-p", String(port), "-o", "BatchMode=yes"];
  return ["ssh", ...options, "-o", `UserKnownHostsFile=${knownHosts}`, `${user}@${host}`];
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

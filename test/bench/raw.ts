import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../lab/ssh";
import { command } from "../toolchain/command";
import type { Director } from "./director";
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

/**
 * Measures the raw commands on directors without rules, and leaves none. Each director gets one ssh command, and at most
 * `parallelism` of them run at the same time.
 */
export async function measureRaw(
  directors: readonly Director[],
  services: number,
  parallelism: number,
): Promise<RawTimes> {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-raw-"));
  const onEach = async (work: (director: Director) => Promise<unknown>) => {
    const left = [...directors];
    const worker = async () => {
      for (let next = left.shift(); next; next = left.shift()) await work(next);
    };
    await Promise.all(Array.from({ length: parallelism }, worker));
  };
  const timed = async (line: string, input: readonly string[] = []) => {
    const begun = performance.now();
    await onEach(({ connection }) =>
      command([...sshTo(connection, directory), line], {
        input: text(input),
        doing: `ssh ${line}`,
      }),
    );
    return performance.now() - begun;
  };
  const expect = (rules: readonly string[], when: string) =>
    onEach((director) => expectRules(director, rules, when));
  try {
    const rules = rulesOf(services);
    const write = await timed("ipvsadm -R", rules);
    await expect(rules, "ipvsadm -R");
    const read = await timed("ipvsadm -Sn && ipvsadm -Ln --thresholds");
    const remove = await timed("ipvsadm -R", removalOf(services));
    await expect([], "ipvsadm -D");
    return { write, read, remove };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The medians of the raw commands, as a line. */
export function describeRaw(rules: number, runs: readonly RawTimes[]): string {
  const [write, read, remove] = (["write", "read", "remove"] as const).map((name) =>
    (median(runs.map((run) => run[name])) / 1000).toFixed(2),
  );
  return `  one ssh command for the same ${rules} rules: ipvsadm -R ${write}, -Sn and -Ln ${read}, -R of deletes ${remove}`;
}

/** The words of an ssh that logs in over a connection. Its files are in a directory. */
function sshTo({ host, port, user, privateKey, hostKey }: Connection, directory: string): string[] {
  const [key, knownHosts] = [join(directory, "key"), join(directory, `known_hosts-${port}`)];
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`);
  const options = ["-F", "none", "-i", key, "-p", String(port), "-o", "BatchMode=yes"];
  return ["ssh", ...options, "-o", `UserKnownHostsFile=${knownHosts}`, `${user}@${host}`];
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

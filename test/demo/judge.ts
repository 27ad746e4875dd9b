import { type Baseline, difference, isBooting } from "../lab/baseline";
import { fail } from "./say";

/** The baselines of hosts at a moment, by host name. */
export type Baselines = Readonly<Record<string, Baseline>>;

/** Fails when a host differs from its earlier baseline in more than a boot writes, if it was booted. */
export function expectSame(
  before: Baselines,
  after: Baselines,
  when: string,
  booted: readonly string[] = [],
): void {
  const lines = Object.entries(before).flatMap(([name, baseline]) =>
    difference(baseline, after[name] as Baseline)
      .map((line) => `${name}: ${line}`)
      .filter((line) => !(booted.includes(name) && isBooting(line))),
  );
  if (lines.length > 0) fail(`the hosts are not as before ${when}:\n${lines.join("\n")}`);
}

/** The number in Pulumi's output; 0 when the output has none. */
export function counted(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

/** Fails when Pulumi's output has another number. */
export function expectCount(output: string, pattern: RegExp, wanted: number): void {
  const found = counted(output, pattern);
  if (found !== wanted) fail(`Pulumi says ${found} for ${pattern.source}, and not ${wanted}`);
}

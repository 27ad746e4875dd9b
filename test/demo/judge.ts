import { type Baseline, difference } from "../lab/baseline";
import { fail } from "./say";

/** What hosts are at one moment, by name. */
export type Baselines = Readonly<Record<string, Baseline>>;

/** Fails when any host is not as it was. */
export function expectSame(before: Baselines, after: Baselines, when: string): void {
  const lines = Object.entries(before).flatMap(([name, baseline]) =>
    difference(baseline, after[name] as Baseline).map((line) => `${name}: ${line}`),
  );
  if (lines.length > 0) fail(`the hosts are not as before ${when}:\n${lines.join("\n")}`);
}

/** The number that Pulumi says; none is 0. */
export function counted(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

/** Fails when Pulumi says another number. */
export function expectCount(output: string, pattern: RegExp, wanted: number): void {
  const found = counted(output, pattern);
  if (found !== wanted) fail(`Pulumi says ${found} for ${pattern.source}, and not ${wanted}`);
}

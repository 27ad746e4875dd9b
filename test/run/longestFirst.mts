import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The stories of about a minute and more, the longest first. One that began last would have the machine to itself. */
const LONG = [
  ...["gateway", "rollback", "survivesDr", "health", "failover", "moves", "demo", "options"],
  ...["drain", "killed", "dr", "nat", "tun", "faults", "adopt", "everything", "ipv6"],
  ...["machines", "packages", "secrets", "replies", "twoStacks", "show", "badInput", "connection"],
];

/** Long stories first, so that none of them runs alone in the end; the others in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted].sort((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const name = /([^/]+)\.story\.test\.ts$/.exec(moduleId)?.[1];
  const place = LONG.indexOf(name ?? "");
  return place < 0 ? LONG.length : place;
}

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Stories of two minutes and more. One that began last would have the machine to itself. */
const LONG = [
  "rollback",
  "drain",
  "health",
  "moves",
  "failover",
  "gateway",
  "machines",
  "packages",
  "show",
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

import type { Counts, Load } from "../../traffic";

/** How many of the connections were not answered by a real server. */
export function failuresIn(counts: Counts): number {
  const failed = Object.entries(counts).filter(([name]) => !name.startsWith("web"));
  return failed.reduce((sum, [, count]) => sum + count, 0);
}

/** How many new connections of a load fail while something happens. */
export async function failuresDuring(load: Load, work: () => Promise<unknown>): Promise<number> {
  const before = failuresIn(await load.counts());
  await work();
  return failuresIn(await load.counts()) - before;
}

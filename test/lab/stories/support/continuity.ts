import type { Counts, Load } from "../../traffic";

/** How many of the connections were not answered by a real server. */
export function failuresIn(counts: Counts): number {
  const failed = Object.entries(counts).filter(([name]) => !name.startsWith("web"));
  return failed.reduce((sum, [, count]) => sum + count, 0);
}

/** The answers to the new connections of a load while something happens. */
export async function answersDuring(load: Load, work: () => Promise<unknown>): Promise<Counts> {
  const before = await load.counts();
  await work();
  const after = Object.entries(await load.counts());
  return Object.fromEntries(after.map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

/** How many new connections of a load fail while something happens. */
export async function failuresDuring(load: Load, work: () => Promise<unknown>): Promise<number> {
  return failuresIn(await answersDuring(load, work));
}

import type { Lab } from "../lab/lab";
import { aligned } from "./table";
import { Way } from "./way";

/** The processes that each operation started on the director, with and without `persist`. */
export interface ProcessCounts {
  readonly operation: string;
  readonly persists: number;
  readonly persistsNot: number;
}

const DOING = ["--yes", "--skip-preview"];

/** The operations in their order, with the weight that is declared before each. */
const OPERATIONS = [
  ["the first up", ["up", ...DOING], 1],
  ["up, one weight", ["up", ...DOING], 2],
  ["up, one weight again", ["up", ...DOING], 3],
  ["destroy", ["destroy", ...DOING], 3],
] as const;

/**
 * Counts the processes that the kernel of the director started during each operation on one virtual service (proc(5)
 * /proc/stat, processes). The shells of the login and of the lab count in both columns.
 */
export async function countProcesses(lab: Lab): Promise<ProcessCounts[]> {
  const director = lab.host("director1");
  const started = async () =>
    Number(await director.mustRun("sed -n 's/^processes //p' /proc/stat"));
  const counted = async (persist: boolean) => {
    const way = await Way.create("ours", lab);
    try {
      await way.persist(persist);
      const counts: number[] = [];
      for (const [, args, weight] of OPERATIONS) {
        await way.declare(1, weight);
        const before = await started();
        await way.measure(args);
        counts.push((await started()) - before);
      }
      return counts;
    } finally {
      way.remove();
    }
  };
  const [persists, persistsNot] = [await counted(true), await counted(false)];
  return OPERATIONS.map(([operation], at) => ({
    operation,
    persists: persists[at] ?? Number.NaN,
    persistsNot: persistsNot[at] ?? Number.NaN,
  }));
}

export function describeProcesses(counts: readonly ProcessCounts[]): string {
  const rows = counts.map(({ operation, persists, persistsNot }) => [
    ...[operation, String(persists), String(persistsNot), String(persists - persistsNot)],
  ]);
  return `processes that one virtual service starts on the director
${aligned([["operation", "persist", "persist: false", "more"], ...rows])}`;
}

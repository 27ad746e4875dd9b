import { OPERATIONS, type Operation } from "./operations";
import { type ByWay, middle, type SizeResult } from "./size";
import { ratioOf, resourcesOf, servicesText } from "./sizeTable";
import { aligned } from "./table";

/** The batches beyond the formula: the director has a batch alone, and the first and the last batch are not full. */
const CONSTANT = 4;

interface Aim {
  readonly what: string;
  /** The measured value and its limit; false when there is nothing to compare. */
  judge(operation: Operation, byWay: ByWay, result: SizeResult): readonly [number, number] | false;
}

const AIMS: readonly Aim[] = [
  {
    what: "ours / floor",
    judge: (operation, byWay, result) =>
      operation.ratio !== undefined && [ratioOf(operation, byWay, result), operation.ratio],
  },
  {
    what: "connections",
    judge: ({ connections }, byWay) => [
      middle(byWay, "ours", "connections") ?? Number.NaN,
      connections,
    ],
  },
  {
    what: `batches, 2r/p + ${CONSTANT}`,
    judge: (_operation, byWay, result) => {
      const most = Math.ceil((2 * resourcesOf(result)) / result.parallelism) + CONSTANT;
      return [middle(byWay, "ours", "batches") ?? Number.NaN, most];
    },
  },
];

/** The text of each aim, with the measured values of every size. */
export function describeAims(results: readonly SizeResult[]): string {
  const head = ["", ...results.map(({ services }) => servicesText(services))];
  const rows = AIMS.flatMap((aim) =>
    OPERATIONS.map((operation) => [
      `${operation.name}: ${aim.what}`,
      ...results.map((result) => verdict(aim, operation, result)),
    ]).filter((row) => row.some((cell, column) => column > 0 && cell !== "")),
  );
  return aligned([head, ...rows]);
}

function verdict(aim: Aim, operation: Operation, result: SizeResult): string {
  const judged = aim.judge(operation, result.operations.get(operation) ?? {}, result);
  if (!judged) return "";
  const [found, most] = judged;
  const shown = Number.isInteger(found) ? String(found) : found.toFixed(2);
  return `${shown} of ${most} ${found <= most ? "met" : "missed"}`;
}

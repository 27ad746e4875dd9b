import { type EngineWork, sumOf } from "./engine";
import { median } from "./median";
import { aligned } from "./table";

const AIM_MS = 100;

/** The engine's own work as a table, against the aim. */
export function describeEngine(works: readonly EngineWork[]): string {
  const sum = sumOf(works);
  const row = (what: string, ms: readonly number[], ...more: string[]) => [
    ...[what, shown(ms[0]), shown(median(ms)), shown(Math.min(...ms)), ...more],
  ];
  const rows = works.map(({ what, ms }) => row(what, ms));
  const counting = works.filter(({ counts }) => counts).length;
  rows.splice(counting, 0, row("together", sum, String(AIM_MS)));
  return `the engine's own work: one virtual service of 10,000 real servers, without a host
${aligned([["ms", "first run", "median", "best", "aim"], ...rows])}`;
}

const shown = (ms = Number.NaN) => ms.toFixed(1);

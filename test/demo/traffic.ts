import type { Lab } from "../lab/lab";
import { type Counts, connections } from "../lab/traffic";
import { fail, say } from "./say";

export type Weights = Readonly<Record<string, number>>;

const ROUNDS = 6;

/** Makes connections to the VIP and shows the answers by real server. Fails when they do not match the weights. */
export async function showTraffic(
  lab: Lab,
  vip: string,
  names: readonly string[],
  weights: Weights,
) {
  const rounds = ROUNDS * sum(Object.values(weights));
  say(`${rounds} connections from the client to ${vip}:80`);
  const counts = await connections(lab, vip, 80, rounds);
  console.log(table(names, weights, counts).join("\n"));
  const isSpread = names.every((name) => (counts[name] ?? 0) === (weights[name] ?? 0) * ROUNDS);
  if (!isSpread || sum(Object.values(counts)) !== rounds)
    fail(`the connections are not spread by the weights: ${JSON.stringify(counts)}`);
}

/** Tries to connect. Fails when a real server answers. */
export async function showSilence(lab: Lab, vip: string, names: readonly string[]) {
  const counts = await connections(lab, vip, 80, 1);
  const answers = names.filter((name) => name in counts);
  if (answers.length > 0) fail(`${answers.join(", ")} still answers at ${vip}`);
  console.log(`${vip} answers no more: ${Object.keys(counts).join(", ")}`);
}

function table(names: readonly string[], weights: Weights, counts: Counts): string[] {
  const [weightSum, countSum] = [sum(Object.values(weights)), sum(Object.values(counts))];
  const share = (part: number, whole: number) => `${whole && Math.round((100 * part) / whole)} %`;
  const rows = names.map((name) => {
    const weight = weights[name];
    const count = counts[name] ?? 0;
    const wanted = weight === undefined ? "-" : share(weight, weightSum);
    return [name, String(weight ?? "-"), wanted, String(count), share(count, countSum)];
  });
  return aligned([["real server", "weight", "of weights", "answers", "of answers"], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const cell = (text: string, column: number) => {
    const width = widths?.[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => `  ${row.map(cell).join("  ")}`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);

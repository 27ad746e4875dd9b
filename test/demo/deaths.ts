import type { Lab } from "../lab/lab";
import { waitUntil } from "../lab/run";
import { say } from "./say";
import type { Weights } from "./traffic";

const PATIENCE_MS = 180_000;

/** Waits until both directors send clients to exactly these real servers by their weights. */
export async function aliveWeights(
  lab: Lab,
  directors: readonly string[],
  weights: Weights,
): Promise<void> {
  const wanted = JSON.stringify(Object.entries(weights).sort());
  const hasWeights = async (director: string) => {
    const table = await lab.host(director).mustRun("ipvsadm -Sn");
    const rows = [...table.matchAll(/:80 -r 192\.0\.2\.1(\d):80 -g -w (\d+)/g)];
    const alive = rows.filter(([, , weight]) => weight !== "0");
    const found = alive.map(([, number, weight]) => [`web${number}`, Number(weight)]);
    return JSON.stringify(found.sort()) === wanted;
  };
  const all = async () =>
    (await Promise.all(directors.map((one) => hasWeights(one).catch(() => false)))).every(Boolean);
  await waitUntil(`the directors send clients to ${Object.keys(weights)}`, all, PATIENCE_MS, 500);
}

export async function killRealServer(
  lab: Lab,
  name: string,
  directors: readonly string[],
  weights: Weights,
): Promise<void> {
  say(`${name} dies: its web server is stopped`);
  await lab.host(name).mustRun("systemctl stop answer");
  const { [name]: _dead, ...others } = weights;
  await aliveWeights(lab, directors, others);
  console.log(`its health check has failed: its weight is 0 on ${directors.join(" and ")}`);
}

export async function reviveRealServer(
  lab: Lab,
  name: string,
  directors: readonly string[],
  weights: Weights,
): Promise<void> {
  say(`${name} is back`);
  await lab.host(name).mustRun("systemctl start answer");
  await aliveWeights(lab, directors, weights);
  console.log("its health check has succeeded: it has its weight again");
}

/** Cuts the power of the director that has the VIP, and waits until the other one has it. */
export async function killDirector(
  lab: Lab,
  vip: string,
  [first = "", second = ""]: readonly string[],
): Promise<void> {
  say(`${first} dies: its power is cut`);
  await lab.host(first).kill();
  const hasVip = async () =>
    (await lab.host(second).mustRun("ip -br address")).includes(` ${vip}/32`);
  await waitUntil(`${second} has the VIP`, () => hasVip().catch(() => false), PATIENCE_MS, 200);
  console.log(`keepalived has moved ${vip} to ${second}`);
}

export async function reviveDirector(
  lab: Lab,
  directors: readonly string[],
  weights: Weights,
): Promise<void> {
  const [first = ""] = directors;
  say(`${first} boots again: what was declared is there again by itself`);
  await lab.host(first).start();
  await aliveWeights(lab, directors, weights);
}

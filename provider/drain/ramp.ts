import { byKeyText, type IpvsTable, type RealServer } from "../ipvs/model";
import {
  readRealServerValue,
  realServerPartId,
  realServerValue,
  serviceKeyOf,
} from "../ipvs/realServerPart";
import { readValue, virtualServiceValue } from "../ipvs/virtualServicePart";
import type { Part } from "../values/part";
import { withWeight } from "./declared";

/** The full weights of real servers that get them in steps, by their names (`tcp 192.0.2.80:80 -> 10.0.0.5:80`). */
export type Ramp = ReadonlyMap<string, number>;

const MOST_STEPS = 10;

/**
 * The real servers that are new in a virtual service, or come back to it from a weight of 0, while others serve there.
 * Where no others do, there is nothing to be spared: they get their weights at once.
 */
export function rampOf(
  parts: readonly Part[],
  table: IpvsTable,
  isSlow: (service: string) => boolean,
): Ramp {
  return new Map(parts.flatMap((part) => newcomers(part, table, isSlow)));
}

function newcomers(part: Part, table: IpvsTable, isSlow: (service: string) => boolean) {
  const name = part.id.split(" -> ")[0] as string;
  if (!["virtualService", "realServer"].includes(part.type) || !isSlow(name)) return [];
  const wanted = wantedOf(part, table);
  const live = table[name];
  const weightOf = (one: string) => live?.realServers[one]?.config.weight ?? 0;
  const isServing = Object.keys(live?.realServers ?? {}).some((one) => weightOf(one) > 0);
  if (!isServing) return [];
  return Object.entries(wanted)
    .filter(([one, { config }]) => config.weight > 0 && weightOf(one) === 0)
    .map(([one, { config }]) => [realServerPartId(name, one), config.weight] as const);
}

/** The real servers that a part wants in a virtual service. */
function wantedOf(
  { type, id, value }: Part,
  table: IpvsTable,
): Readonly<Record<string, RealServer>> {
  if (type === "virtualService") {
    const { service, managesRealServers } = readValue(value);
    return managesRealServers ? service.realServers : {};
  }
  const [service = "", realServer = ""] = id.split(" -> ");
  const live = table[service];
  return live ? { [realServer]: readRealServerValue(live.key, value) } : {};
}

/** How many steps there are: no more than the largest weight has whole numbers. */
export function stepCount(ramp: Ramp): number {
  return Math.min(MOST_STEPS, Math.max(1, ...ramp.values()));
}

/** The weight of a real server at a step, counted from 1: at the last one, all of it. */
export function weightAt(full: number, step: number, steps: number): number {
  return Math.max(1, Math.floor((full * step) / steps));
}

/** Parts with the weights that their real servers have at a step. */
export function partsAt(parts: readonly Part[], ramp: Ramp, step: number): Part[] {
  const steps = stepCount(ramp);
  const services = new Set([...ramp.keys()].map((name) => name.split(" -> ")[0]));
  const at = (name: string, realServer: RealServer) => {
    const full = ramp.get(name);
    return full === undefined ? realServer : withWeight(realServer, weightAt(full, step, steps));
  };
  return parts.map((part) => {
    if (part.type === "realServer" && ramp.has(part.id)) {
      const key = serviceKeyOf(part.id);
      return {
        ...part,
        value: realServerValue(key, at(part.id, readRealServerValue(key, part.value))),
      };
    }
    if (part.type !== "virtualService" || !services.has(part.id)) return part;
    const { service, managesRealServers } = readValue(part.value);
    const realServers = Object.entries(service.realServers).map(([one, realServer]) =>
      at(realServerPartId(part.id, one), realServer),
    );
    const ramped = { ...service, realServers: byKeyText(realServers) };
    return { ...part, value: virtualServiceValue(ramped, managesRealServers) };
  });
}

/** What the row of a resource says: "slow start of 10.0.0.12:80: weight 3 of 10, 12 s left". */
export function rampText(ramp: Ramp, step: number, secondsLeft: number): string {
  const [[name, full] = ["", 1], ...others] = ramp;
  const weight = weightAt(full, step, stepCount(ramp));
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `slow start of ${name.split(" -> ")[1]}: weight ${weight} of ${full}, ${secondsLeft} s left${more}`;
}

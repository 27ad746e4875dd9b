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

/** The full weights of the real servers in slow start, by name (`tcp 192.0.2.80:80 -> 10.0.0.5:80`). */
export type Ramp = ReadonlyMap<string, number>;

const MOST_STEPS = 10;

/**
 * The real servers that are added to a virtual service, or return from a weight of 0, while other real servers serve.
 * Without a serving real server nobody else can take the load, so that all get their full weights at once.
 */
export function rampOf(
  parts: readonly Part[],
  table: IpvsTable,
  isSlow: (service: string) => boolean,
): Ramp {
  return new Map(parts.flatMap((part) => realServersToRamp(part, table, isSlow)));
}

function realServersToRamp(part: Part, table: IpvsTable, isSlow: (service: string) => boolean) {
  const name = part.id.split(" -> ")[0] as string;
  if (!["virtualService", "realServer"].includes(part.type) || !isSlow(name)) return [];
  const live = table[name];
  const liveWeight = (realServer: string) => live?.realServers[realServer]?.config.weight ?? 0;
  if (!Object.keys(live?.realServers ?? {}).some((key) => liveWeight(key) > 0)) return [];
  return Object.entries(declaredRealServers(part, table))
    .filter(([key, { config }]) => config.weight > 0 && liveWeight(key) === 0)
    .map(([key, { config }]) => [realServerPartId(name, key), config.weight] as const);
}

/** The real servers that a part declares in a virtual service. */
function declaredRealServers(
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

/** The number of steps: at most the largest weight, because weights are whole numbers. */
export function stepCount(ramp: Ramp): number {
  return Math.min(MOST_STEPS, Math.max(1, ...ramp.values()));
}

/** The weight of a real server at a step. Steps count from 1, and the last step has the full weight. */
export function weightAt(full: number, step: number, steps: number): number {
  return Math.max(1, Math.floor((full * step) / steps));
}

/** Copies parts with the weights of a step. */
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
    const realServers = Object.entries(service.realServers).map(([key, realServer]) =>
      at(realServerPartId(part.id, key), realServer),
    );
    const ramped = { ...service, realServers: byKeyText(realServers) };
    return { ...part, value: virtualServiceValue(ramped, managesRealServers) };
  });
}

/** The progress in the row of a resource: "slow start of 10.0.0.12:80: weight 3 of 10, 12 s left". */
export function rampText(ramp: Ramp, step: number, secondsLeft: number): string {
  const [[name, full] = ["", 1], ...others] = ramp;
  const weight = weightAt(full, step, stepCount(ramp));
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `slow start of ${name.split(" -> ")[1]}: weight ${weight} of ${full}, ${secondsLeft} s left${more}`;
}

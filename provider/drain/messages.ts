import type { ConnectionCounts } from "../ipvs/connections";
import type { IpvsTable } from "../ipvs/model";
import { type DrainSetting, expiresTemplates } from "./settings";

/** The progress in the row of a resource while connections end: "draining 10.0.0.11:80: 12 connections, 18 s left". */
export function progressText(counts: ConnectionCounts, secondsLeft: number): string {
  const [first, ...others] = [...counts].filter(([, count]) => count > 0);
  if (!first) return "draining: no connections are left";
  const [name, count] = first;
  const sum = others.reduce((total, [, connections]) => total + connections, 0);
  const more =
    others.length === 0 ? "" : `, and ${others.length} more with ${connectionsText(sum)}`;
  return `draining ${partsOf(name).realServer}: ${connectionsText(count)}, ${secondsLeft} s left${more}`;
}

function connectionsText(count: number): string {
  return count === 1 ? "1 connection" : `${count} connections`;
}

/** Warnings about clients that are refused, or that keep coming, while these real servers drain. */
export function drainWarnings(
  realServers: readonly string[],
  table: IpvsTable,
  drainOf: (service: string) => DrainSetting | undefined,
): string[] {
  const services = new Set(realServers.map((name) => partsOf(name).service));
  return [...services].flatMap((name) => {
    const service = table[name];
    if (!service) return [];
    const { scheduler, persistence } = service.config;
    const hasOthers = Object.values(service.realServers).some(({ config }) => config.weight > 0);
    return [
      ...(scheduler === "dh" && hasOthers
        ? [
            `${name} has the scheduler dh, which has no fallback: new clients of a real server that drains are refused until it is removed`,
          ]
        : []),
      ...(persistence && hasOthers && !expiresTemplates(drainOf(name))
        ? [
            `${name} is persistent: clients from before come back to a real server that drains, also with new connections; ` +
              "drain: { expireQuiescentTemplates: true } sends these to the others",
          ]
        : []),
    ];
  });
}

/** A warning about real servers on which slow start has no effect, because a weight of 1 has no steps. */
export function slowStartWarnings(withoutSteps: readonly string[]): string[] {
  const [first, ...others] = withoutSteps;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return [
    `${partsOf(first).realServer}${more} has the weight 1, which slowStart cannot divide: ` +
      "give larger weights to all, such as 100",
  ];
}

function partsOf(name: string): { service: string; realServer: string } {
  const [service = "", realServer = ""] = name.split(" -> ");
  return { service, realServer };
}

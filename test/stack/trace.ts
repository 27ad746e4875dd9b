import { existsSync, readFileSync, rmSync } from "node:fs";
import type { TraceEvent } from "../../provider/host/connect/statistics";

/** The network traffic of a run of Pulumi. */
export interface Traffic {
  readonly connections: number;
  /** The number of batches. */
  readonly batches: number;
  readonly roundTrips: number;
  readonly commands: number;
  /** The time of waiting for the host, which does one thing at a time. */
  readonly hostMs: number;
  /** The peak memory of the provider's process in MiB. */
  readonly memoryMiB: number;
}

/** The network traffic, with the connections to each host. */
export interface TrafficByHost extends Traffic {
  readonly connectionsTo: Readonly<Record<string, number>>;
}

/** Reads the file of PULUMI_LVS_TRACE, and removes the file for the next run. */
export function takeTrace(file: string): Traffic {
  return trafficOf(takeHappenings(file));
}

export function takeTraceByHost(file: string): TrafficByHost {
  const all = takeHappenings(file);
  return { ...trafficOf(all), connectionsTo: connectionsTo(all) };
}

type TracedEvent = TraceEvent & { readonly maxRssKiB: number };

function takeHappenings(file: string): TracedEvent[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  rmSync(file, { force: true });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TracedEvent);
}

function trafficOf(all: readonly TracedEvent[]): Traffic {
  // The time of a batch is the sum of its round trips, which would otherwise count twice.
  const single = all.filter(({ event }) => event !== "batch");
  const sum = (of: (one: TraceEvent) => number) => single.reduce((so, one) => so + of(one), 0);
  const count = (event: TraceEvent["event"]) => all.filter((one) => one.event === event).length;
  return {
    connections: count("connection"),
    batches: count("batch"),
    roundTrips: count("roundTrip"),
    commands: sum(({ commands }) => commands ?? 0),
    hostMs: sum(({ ms }) => ms),
    memoryMiB: Math.max(0, ...all.map(({ maxRssKiB }) => maxRssKiB)) / 1024,
  };
}

function connectionsTo(all: readonly TraceEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event, host } of all)
    if (event === "connection") counts[host] = (counts[host] ?? 0) + 1;
  return counts;
}

import { existsSync, readFileSync, rmSync } from "node:fs";
import type { TraceEvent } from "../../provider/host/connect/statistics";

/** What one run of Pulumi did over the network. */
export interface Traffic {
  readonly connections: number;
  /** Of resources that went to a host together. */
  readonly batches: number;
  readonly roundTrips: number;
  readonly commands: number;
  /** How long the host was waited for: one host is asked one thing at a time. */
  readonly hostMs: number;
  /** The most memory that the provider's process had, in MiB. */
  readonly memoryMiB: number;
}

/** The same, with the connections to each host. */
export interface TrafficByHost extends Traffic {
  readonly connectionsTo: Readonly<Record<string, number>>;
}

/** Reads the file that PULUMI_LVS_TRACE named, and removes it for the next run. */
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
  // The time of a batch is that of its round trips.
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

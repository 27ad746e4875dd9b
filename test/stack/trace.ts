import { existsSync, readFileSync, rmSync } from "node:fs";
import type { TraceEvent } from "../../provider/host/connect/statistics";

/** The network traffic of a run of Pulumi. */
export interface Traffic {
  readonly connections: number;
  /** The number of batches. */
  readonly batches: number;
  readonly roundTrips: number;
  readonly commands: number;
  /** The time in which at least one host was at work. */
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

/** `at` is the end of the event. */
type TracedEvent = TraceEvent & { readonly at: string; readonly maxRssKiB: number };

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
    hostMs: coveredMs(single),
    memoryMiB: Math.max(0, ...all.map(({ maxRssKiB }) => maxRssKiB)) / 1024,
  };
}

/** The time that events cover, where those of several hosts overlap. */
function coveredMs(events: readonly TracedEvent[]): number {
  const spans = events.map(({ at, ms }) => ({ from: Date.parse(at) - ms, to: Date.parse(at) }));
  spans.sort((one, other) => one.from - other.from);
  let [covered, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of spans) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return covered;
}

function connectionsTo(all: readonly TraceEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event, host } of all)
    if (event === "connection") counts[host] = (counts[host] ?? 0) + 1;
  return counts;
}

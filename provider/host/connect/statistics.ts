import { appendFileSync } from "node:fs";

/** The totals of this process since its start. */
export const statistics = {
  connections: 0,
  channels: 0,
  roundTrips: 0,
  commands: 0,
  bytesOut: 0,
  bytesIn: 0,
};

/** An event on a host, without the data that was sent or received. */
export interface TraceEvent {
  readonly host: string;
  /** The type of the event. A batch consists of round trips. */
  readonly event: "connection" | "exec" | "roundTrip" | "batch";
  /** The duration in milliseconds. */
  readonly ms: number;
  /** The bytes sent and received. */
  readonly bytes?: number;
  readonly commands?: number;
  readonly resources?: number;
}

/** Appends an event as a line of JSON to the file PULUMI_LVS_TRACE, with the peak memory of the process. */
export function trace(event: TraceEvent): void {
  const file = process.env.PULUMI_LVS_TRACE;
  if (!file) return;
  try {
    const at = new Date().toISOString();
    const maxRssKiB = process.resourceUsage().maxRSS;
    appendFileSync(file, `${JSON.stringify({ at, ...event, maxRssKiB })}\n`);
  } catch {
    // A trace that cannot be written must not fail a change.
  }
}

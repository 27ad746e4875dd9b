import { appendFileSync } from "node:fs";

/** Totals of this process since it started. */
export const statistics = {
  connections: 0,
  channels: 0,
  roundTrips: 0,
  commands: 0,
  bytesOut: 0,
  bytesIn: 0,
};

/** An event on a host. It never contains what was sent or received. */
export interface TraceEvent {
  readonly host: string;
  /** A batch consists of round trips. */
  readonly event: "connection" | "exec" | "roundTrip" | "batch";
  /** The duration in milliseconds. */
  readonly ms: number;
  /** Bytes sent and received. */
  readonly bytes?: number;
  readonly commands?: number;
  readonly resources?: number;
}

/** Appends a line of JSON, with the most memory that the process has had, to the file named by PULUMI_LVS_TRACE, if it is set. */
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

import { appendFileSync } from "node:fs";

/** What this process did over the network since it started. */
export const statistics = {
  connections: 0,
  channels: 0,
  roundTrips: 0,
  commands: 0,
  bytesOut: 0,
  bytesIn: 0,
};

/** One thing that happened on a host: never what was said. */
export interface Happening {
  readonly host: string;
  /** A batch is made of round trips. */
  readonly event: "connection" | "exec" | "roundTrip" | "batch";
  /** How long it took. */
  readonly ms: number;
  /** Sent and received. */
  readonly bytes?: number;
  readonly commands?: number;
  readonly resources?: number;
}

/** Appends a line of JSON to the file that PULUMI_LVS_TRACE names, if it names one. */
export function trace(happening: Happening): void {
  const file = process.env.PULUMI_LVS_TRACE;
  if (!file) return;
  try {
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...happening })}\n`);
  } catch {
    // A trace that cannot be written must not fail a change.
  }
}

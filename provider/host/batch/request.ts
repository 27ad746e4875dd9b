import type { FactName } from "../../values/fact";
import type { Change } from "./change";
import type { Snapshot } from "./snapshot";

/** Shows a message on the row of the resource in Pulumi's output. */
export type ReportProgress = (message: string) => void;

/** A request of a resource to a host: the facts to read, and perhaps a change to apply. */
export interface HostRequest {
  readonly facts: readonly FactName[];
  /** Undefined for a request that only reads. */
  readonly change: Change | undefined;
  readonly report: ReportProgress;
}

/** A request in the queue of a host. */
export interface PendingRequest extends HostRequest {
  resolve(snapshot: Snapshot): void;
  reject(error: unknown): void;
}

import type { FactName } from "../../values/fact";
import type { Change } from "./change";
import type { Snapshot } from "./snapshot";

/** Shows on the resource's row what is being done for the resource. */
export type ReportProgress = (message: string) => void;

/** What a resource wants of a host: facts, and perhaps a change. */
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

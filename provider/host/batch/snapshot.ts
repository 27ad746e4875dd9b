import type { ConnectionCounts, ServiceRealServer } from "../../ipvs/connections";
import type { Journal } from "../../journal/journal";
import type { Look } from "../../journal/undo";
import type { Facts } from "../../registry/facts";

/** The facts that a request asked for, and the journal of the host. */
export interface Snapshot {
  readonly facts: Facts;
  readonly journal: Journal;
  /** How many connections the counted virtual services have, by name. @default - they were not counted */
  readonly connections?: ConnectionCounts;
  /** The host before the change. @default - the request only reads */
  readonly before?: Look;
  /** The real servers that the change has not removed yet, because they have connections. @default - the change is complete */
  readonly draining?: {
    readonly realServers: readonly ServiceRealServer[];
    readonly counts: ConnectionCounts;
  };
}

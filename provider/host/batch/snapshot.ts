import type { ConnectionCounts, ServiceRealServer } from "../../ipvs/connections";
import type { Journal } from "../../journal/journal";
import type { Look } from "../../journal/undo";
import type { Facts } from "../../registry/facts";

/** The facts that a request asked for, and the journal of the host. */
export interface Snapshot {
  readonly facts: Facts;
  readonly journal: Journal;
  /** How many connections its counted virtual services have, by their names. @default - they were not counted */
  readonly connections?: ConnectionCounts;
  /** What the host was before the change. @default - there was no change */
  readonly before?: Look;
  /** The real servers that a change did not remove, since they have connections. @default - the change is done */
  readonly draining?: {
    readonly realServers: readonly ServiceRealServer[];
    readonly counts: ConnectionCounts;
  };
}

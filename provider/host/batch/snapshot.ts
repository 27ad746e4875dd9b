import type { Journal } from "../../journal/journal";
import type { Facts } from "../../registry/facts";

/** The facts that a request asked for, and the journal of the host. */
export interface Snapshot {
  readonly facts: Facts;
  readonly journal: Journal;
}

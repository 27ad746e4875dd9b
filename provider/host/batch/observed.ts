import type { Journal } from "../../journal/journal";
import type { Facts } from "../../registry/facts";

/** What a host was seen to be. */
export interface Observed {
  readonly facts: Facts;
  readonly journal: Journal;
}

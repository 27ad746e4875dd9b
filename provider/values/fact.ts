import type { Command, Result } from "./command";

/** The names of what can be known of a host; provider/registry/facts.ts says how each is found out. */
export type FactName =
  | "modules"
  | "links"
  | "sysctls"
  | "routes"
  | "rules"
  | "tools"
  | "management"
  | "filters"
  | "ipvs"
  | "statistics"
  | "boot"
  | "healthChecks"
  | "failover"
  | "healthLog"
  | "competingPrograms";

/** Read-only commands that show a part of a host's live state, and the pure parser of their output. */
export interface Fact<Value> {
  readonly commands: readonly Command[];
  /** One result for each command, in order. Throws a ParseError for anything it does not understand. */
  parse(results: readonly Result[]): Value;
}

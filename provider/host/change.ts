import type { EndpointKey } from "../ipvs/model";
import type { Plan } from "../journal/plan";
import type { Step } from "../values/command";
import type { FactName } from "../values/facts";
import type { Observed } from "./observation";

/** A change of one resource on one host, as pure functions of what is there. */
export interface Change {
  /** The virtual services that it looks at, of the whole IPVS table. @default - all of them */
  readonly services?: readonly EndpointKey[];
  /** What it wants. Throws before anything is changed. */
  claims(seen: Observed): Plan;
  /** What it no longer wants. */
  releases(seen: Observed): Plan;
  /** What to run after its steps, when there were any. */
  announce(seen: Observed): readonly Step[];
  /** Says on the resource's row what is going on. */
  report(message: string): void;
}

/** What waits for one host: a look, or a change. */
export interface Waiting {
  readonly facts: readonly FactName[];
  readonly change: Change | undefined;
  resolve(seen: Observed): void;
  reject(error: unknown): void;
}

/** A change that began and did not end as planned; `seen` is what is there now, if it could be seen. */
export class HalfDone extends Error {
  constructor(
    cause: unknown,
    readonly seen: Observed | undefined,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

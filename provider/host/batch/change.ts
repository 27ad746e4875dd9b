import type { EndpointKey } from "../../ipvs/model";
import type { Owner } from "../../journal/journal";
import type { Plan } from "../../journal/plan";
import type { FactName } from "../../values/fact";
import type { Step } from "../../values/step";
import type { Observed } from "./observed";

/** A change of one resource on one host, as pure functions of what is there. */
export interface Change {
  /** The virtual services that it looks at, of the whole IPVS table. @default - all of them */
  readonly services?: readonly EndpointKey[];
  /** Whose claims it may release: what shows these parts is looked at besides. */
  readonly owners: readonly Owner[];
  /** The modules of IPVS that it needs, when it has no other ones. @default - it may have any module */
  readonly modules?: readonly string[];
  /** What it wants. Throws before anything is changed. */
  claims(seen: Observed): Plan;
  /** What it no longer wants. */
  releases(seen: Observed): Plan;
  /** What to run after its steps, when there were any. */
  announce(seen: Observed): readonly Step[];
}

/** Says on the resource's row what is going on. */
export type Report = (message: string) => void;

/** What waits for one host: a look, or a change. */
export interface Waiting {
  readonly facts: readonly FactName[];
  readonly change: Change | undefined;
  readonly report: Report;
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

  /** What went wrong after a change has begun. */
  static of(error: unknown): HalfDone {
    return error instanceof HalfDone ? error : new HalfDone(error, undefined);
  }
}

import type { Snapshot } from "./snapshot";

/** A change that started and did not reach its plan. `snapshot` is the host afterwards, if it could be read. */
export class PartialChangeError extends Error {
  constructor(
    cause: unknown,
    readonly snapshot: Snapshot | undefined,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }

  /** Marks an error that occurred after the change had started, with what the host was then, if that is known. */
  static of(error: unknown, snapshot?: Snapshot): PartialChangeError {
    if (!(error instanceof PartialChangeError)) return new PartialChangeError(error, snapshot);
    return error.snapshot || !snapshot ? error : new PartialChangeError(error.cause, snapshot);
  }
}

import type { Snapshot } from "./snapshot";

/**
 * The error of a change that started, failed and was not undone, or that was made and never became healthy. Pulumi keeps
 * the resource in its state. `snapshot` is what the last successful look at the host showed since the change started.
 */
export class PartialChangeError extends Error {
  constructor(
    cause: unknown,
    readonly snapshot: Snapshot | undefined,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }

  /** Wraps an error of a change that had started. A PartialChangeError that has a snapshot keeps that snapshot. */
  static of(error: unknown, snapshot?: Snapshot): PartialChangeError {
    if (!(error instanceof PartialChangeError)) return new PartialChangeError(error, snapshot);
    return error.snapshot || !snapshot ? error : new PartialChangeError(error.cause, snapshot);
  }
}

import type { Deployment } from "../state/checkpoint";

/** One entry of a stack's history. */
export interface HistoryEntry {
  /** Counts from 1, which is the oldest. */
  readonly number: number;
  /** `update`, `refresh`, `destroy`, `import`, ... */
  readonly kind: string;
  readonly startTime: Date;
  readonly endTime: Date;
  /** `succeeded`, `failed` or `in-progress`. */
  readonly result: string;
  readonly message: string;
  /** What Pulumi knew of the place: `git.head`, `git.dirty`, `exec.kind`, ... */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The state of the stack after the update.
   * @param showSecrets - whether a backend that encrypts secrets by its own keys decrypts them. @default false
   */
  deployment(showSecrets?: boolean): Promise<Deployment>;
}

/** The updates of a stack, oldest first. */
export interface History {
  entries(): Promise<HistoryEntry[]>;
}

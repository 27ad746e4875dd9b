import type { Deployment } from "../state/checkpoint";

/** An update in the history of a stack. */
export interface HistoryEntry {
  /** The number of the update. The oldest update is 1. */
  readonly number: number;
  /** The kind of operation: `update`, `refresh`, `destroy`, `import`, ... */
  readonly kind: string;
  readonly startTime: Date;
  readonly endTime: Date;
  /** The result: `succeeded`, `failed` or `in-progress`. */
  readonly result: string;
  readonly message: string;
  /** The environment that Pulumi recorded: `git.head`, `git.dirty`, `exec.kind`, ... */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The state of the stack after the update.
   * @param showSecrets - whether Pulumi Cloud decrypts the secrets that it encrypted. @default false
   */
  deployment(showSecrets?: boolean): Promise<Deployment>;
}

/** The updates of a stack, oldest first. */
export interface History {
  entries(): Promise<HistoryEntry[]>;
}

import { LvsError } from "../../../../provider/values/errors";
import type { Random } from "../../../support/randomTables";
import type { WorkingHost } from "../../../support/workingHost";
import { WorkingShell } from "../../../support/workingShell";
import { sleep } from "./clock";

/** A host that several shells share. */
export interface SharedHost {
  readonly machine: WorkingHost;
  readonly random: Random;
  /** The shell that holds the host's lock. */
  holder?: UnsteadyShell | undefined;
  /** Whether no command fails and no connection is lost. */
  isSteady: boolean;
}

/** A shell with random delays that waits for the lock, and may be lost before or after a run. */
export class UnsteadyShell extends WorkingShell {
  isLost = false;

  constructor(private readonly shared: SharedHost) {
    super(shared.machine);
  }

  override async run(...args: Parameters<WorkingShell["run"]>): ReturnType<WorkingShell["run"]> {
    const { shared } = this;
    await sleep(shared.random(20));
    if (args[1]?.acquireLock) {
      while (shared.holder && shared.holder !== this) await sleep(1);
      shared.holder = this;
    }
    try {
      this.mayLose();
      const results = await super.run(...args);
      this.mayLose();
      return results;
    } finally {
      if (!this.isLocked) this.release();
    }
  }

  /** Loses the connection; the host then releases the lock. */
  lose(): void {
    this.isLost = true;
    this.isLocked = false;
    this.release();
  }

  private release(): void {
    if (this.shared.holder === this) this.shared.holder = undefined;
  }

  private mayLose(): void {
    if (!this.shared.isSteady && this.shared.random(100) === 0) this.lose();
    if (this.isLost) throw new LvsError("connect", "the connection was lost");
  }
}

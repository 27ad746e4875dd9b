import { LvsError } from "../../../../provider/values/errors";
import type { Random } from "../../../support/randomTables";
import type { WorkingHost } from "../../../support/workingHost";
import { WorkingShell } from "../../../support/workingShell";
import { sleep } from "./clock";

/** What several shells share on a host. */
export interface Ground {
  readonly machine: WorkingHost;
  readonly random: Random;
  /** Who has the host's lock. */
  holder?: UnsteadyShell | undefined;
  /** Whether nothing fails, and no connection is lost. */
  isSteady: boolean;
}

/** A shell that takes its time, waits for the lock, and may be lost before what it runs, or after. */
export class UnsteadyShell extends WorkingShell {
  isLost = false;

  constructor(private readonly ground: Ground) {
    super(ground.machine);
  }

  override async run(...all: Parameters<WorkingShell["run"]>): ReturnType<WorkingShell["run"]> {
    const { ground } = this;
    await sleep(ground.random(20));
    if (all[1]?.lockFirst) {
      while (ground.holder && ground.holder !== this) await sleep(1);
      ground.holder = this;
    }
    try {
      this.maybeLost();
      const results = await super.run(...all);
      this.maybeLost();
      return results;
    } finally {
      if (!this.isLocked) this.release();
    }
  }

  /** The connection is lost, and the host lets the lock go. */
  lose(): void {
    this.isLost = true;
    this.isLocked = false;
    this.release();
  }

  private release(): void {
    if (this.ground.holder === this) this.ground.holder = undefined;
  }

  private maybeLost(): void {
    if (!this.ground.isSteady && this.ground.random(100) === 0) this.lose();
    if (this.isLost) throw new LvsError("connect", "the connection was lost");
  }
}

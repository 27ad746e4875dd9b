import type { Draining } from "./draining";
import {
  apply,
  type Change,
  logMessage,
  PartialChangeError,
  ProgressRow,
  type Snapshot,
  UndoneChangeError,
} from "./host/batch";
import type { HostInputs } from "./kinds/kind";
import type { FactName } from "./values/fact";

/**
 * Applies a change of a resource. A change that drains connections, or raises weights in steps (slow start), is applied
 * in several rounds. The error of a failed round has the host's state from the round before.
 */
export async function carryOut(
  inputs: HostInputs,
  facts: readonly FactName[],
  change: Change,
  draining: Draining,
): Promise<Snapshot> {
  return onRow(inputs, async (row) => {
    const say = (message: string) => row.show(message);
    const { connection, owner } = inputs;
    let snapshot = await apply(connection, facts, change, say);
    const { before: undoTo } = snapshot;
    // The boot files have the final values from the first round on.
    const continued = { ...change, repairsBoot: false, ...(undoTo && { undoTo }) };
    while (draining.isOngoing(snapshot)) {
      const before = snapshot;
      for (const warning of draining.warnings(before)) logMessage(owner, warning, "warning");
      await draining.wait(before, row);
      snapshot = await apply(connection, facts, continued, say).catch((error) => {
        throw error instanceof UndoneChangeError ? error : PartialChangeError.of(error, before);
      });
    }
    return snapshot;
  });
}

/** Runs the work of a resource with a progress row, which is cleared at the end. */
export async function onRow<T>(
  inputs: HostInputs,
  work: (row: ProgressRow) => Promise<T>,
): Promise<T> {
  const row = new ProgressRow(inputs.owner);
  try {
    return await work(row);
  } finally {
    row.clear();
  }
}

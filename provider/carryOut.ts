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
 * Applies a change of a resource. A change that waits for connections, or brings real servers to their weights in steps,
 * is applied again and again until it is done; when it fails in between, the error has what the host was before that.
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
    // Its files at boot have the final values since the first time.
    const continued = { ...change, repairsBoot: false, ...(undoTo && { undoTo }) };
    while (draining.isOngoing(snapshot)) {
      const before = snapshot;
      for (const one of draining.warnings(before)) logMessage(owner, one, "warning");
      await draining.wait(before, row);
      snapshot = await apply(connection, facts, continued, say).catch((error) => {
        throw error instanceof UndoneChangeError ? error : PartialChangeError.of(error, before);
      });
    }
    return snapshot;
  });
}

/** Does something of a resource, and says on its row what takes long. */
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

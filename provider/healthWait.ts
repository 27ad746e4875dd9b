import { onRow } from "./carryOut";
import { observe, PartialChangeError, type Snapshot } from "./host/batch";
import {
  type AwaitedQuorum,
  hasQuorum,
  quorumFailure,
  quorumProgress,
  quorumState,
  reactionSeconds,
} from "./keepalived/quorum";
import type { HostInputs, Kind } from "./kinds/kind";
import { LvsError } from "./values/errors";

/** From one look to the next; a look that takes long is followed by a longer pause, since others use the host too. */
const PAUSE_MILLISECONDS = 1000;
const PAUSE_FACTOR = 4;

/** A quorum that a change waits for, and for how long the weights of before may still be there. */
interface Awaited extends AwaitedQuorum {
  readonly staleSeconds: number;
}

/**
 * Waits until the quorums of a resource are there, after it was created or updated, and says on its row what is missing.
 * Throws a PartialChangeError that names the real servers that are down: the change itself stays.
 */
export async function waitUntilHealthy(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
  olds: HostInputs | undefined,
  changed: Snapshot,
): Promise<void> {
  const all = awaitedOf(kind, inputs, olds);
  if (all.length === 0) return;
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  await onRow(inputs, async (row) => {
    let snapshot = changed;
    for (;;) {
      const { ipvs } = snapshot.facts;
      const pending = all.filter((one) => !isOver(one, ipvs, elapsed()));
      if (pending.length === 0) return;
      const late = pending.filter(({ seconds }) => elapsed() >= seconds);
      if (late.length > 0) throw await unhealthy(inputs, late, snapshot);
      const most = Math.max(...pending.map(({ seconds }) => seconds));
      row.showNow(quorumProgress(pending, ipvs, Math.ceil(most - elapsed())));
      snapshot = await nextLook(inputs, snapshot);
    }
  });
}

function awaitedOf(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
  olds: HostInputs | undefined,
): Awaited[] {
  const before = new Map((olds && kind.quorums?.(olds))?.map((one) => [one.name, one.check]));
  return (kind.quorums?.(inputs) ?? []).flatMap((one) => {
    if (one.seconds === undefined) return [];
    const was = before.get(one.name);
    // After a changed check, a real server keeps its weight until the new check fails.
    const isStale = was !== undefined && JSON.stringify(was) !== JSON.stringify(one.check);
    const { seconds } = one;
    return [{ ...one, seconds, staleSeconds: isStale ? reactionSeconds(one.check) : 0 }];
  });
}

function isOver(one: Awaited, table: Snapshot["facts"]["ipvs"], seconds: number): boolean {
  return hasQuorum(quorumState(one, table)) && seconds >= Math.min(one.staleSeconds, one.seconds);
}

async function nextLook(inputs: HostInputs, last: Snapshot): Promise<Snapshot> {
  await sleep(PAUSE_MILLISECONDS);
  const startedAt = performance.now();
  try {
    const { facts } = await observe(inputs.connection, ["ipvs"]);
    await sleep(Math.max(0, (performance.now() - startedAt) * PAUSE_FACTOR - PAUSE_MILLISECONDS));
    return { ...last, facts: { ...last.facts, ipvs: facts.ipvs } };
  } catch (error) {
    throw PartialChangeError.of(error, last);
  }
}

async function unhealthy(
  { connection }: HostInputs,
  late: readonly Awaited[],
  snapshot: Snapshot,
): Promise<PartialChangeError> {
  // Without the systemd journal of the host, the error only says less.
  const log = await observe(connection, ["healthLog"]).then(
    ({ facts }) => facts.healthLog,
    () => new Map(),
  );
  const texts = late.map((one) => quorumFailure(one, snapshot.facts.ipvs, log));
  const error = new LvsError(
    "unhealthy",
    `${texts.join("\n")}\nThe change was made, and stays. See journalctl -u pulumi-lvs-health on the director`,
  );
  return PartialChangeError.of(error, snapshot);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

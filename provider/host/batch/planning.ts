import { type ServiceRealServer, serviceRealServerText } from "../../ipvs/connections";
import type { Journal } from "../../journal/journal";
import { isSameJournal } from "../../journal/patch";
import type { Command } from "../../values/command";
import type { Step } from "../../values/step";
import type { Change } from "./change";
import type { Observation } from "./observation";
import type { PendingRequest } from "./request";
import type { Snapshot } from "./snapshot";

/** A change whose claims are planned. */
export interface StartedChange {
  readonly request: PendingRequest;
  readonly change: Change;
  /** The steps of its claims. */
  readonly steps: readonly Step[];
  /** The real servers whose connections have to end before the releases. */
  readonly awaited: readonly ServiceRealServer[];
  /** The awaited real servers that have connections: the change releases nothing yet. */
  draining?: NonNullable<Snapshot["draining"]>;
  failure?: unknown;
  /** The command of its step that failed. */
  failedRun?: Command;
  /** Why the change could not be undone. */
  undoFailure?: string;
}

/** The changes of a batch, as planned from its first look. */
export interface BatchPlan {
  readonly changes: readonly StartedChange[];
  /** The journal with the claims of all changes. */
  readonly claimed: Journal;
  /** The journal after the releases of all changes. */
  readonly released: Journal;
  /** Whether a release phase follows the claim phase. */
  readonly hasReleases: boolean;
}

/** Plans the claims and the releases of all changes. Rejects a change whose claims cannot be planned. */
export function planBatch(requests: readonly PendingRequest[], before: Observation): BatchPlan {
  const { changes, journal: claimed } = planAllClaims(requests, before);
  const { steps, journal: released } = planAllReleases(changes, before, claimed);
  const hasReleases = steps.flat().length > 0 || !isSameJournal(claimed, released);
  return { changes, claimed, released, hasReleases };
}

/** Plans the claims of every change, each on top of the claims before it. */
function planAllClaims(
  requests: readonly PendingRequest[],
  before: Observation,
): { changes: StartedChange[]; journal: Journal } {
  let journal = before.journal;
  const changes: StartedChange[] = [];
  for (const request of requests) {
    const { change } = request;
    if (!change) continue;
    try {
      const snapshot = before.snapshot(request.facts, journal);
      const plan = change.planClaims(snapshot);
      const announcements = plan.steps.length > 0 ? change.announcements(snapshot) : [];
      const steps = [...plan.steps, ...announcements];
      changes.push({ request, change, steps, awaited: plan.awaited ?? [] });
      journal = plan.journal;
    } catch (error) {
      request.reject(error);
    }
  }
  return { changes, journal };
}

/** The steps of the releases of each change, and the journal after them. */
interface ReleasePlan {
  readonly steps: readonly Step[][];
  readonly journal: Journal;
}

/**
 * Plans the releases of every change, each on top of the releases before it. A change that has failed, or waits for
 * connections, keeps its claims.
 */
export function planAllReleases(
  changes: readonly StartedChange[],
  before: Observation,
  claimed: Journal,
): ReleasePlan {
  let journal = claimed;
  const steps = changes.map((started) => {
    if (started.failure !== undefined || started.draining) return [];
    try {
      const plan = started.change.planReleases(before.snapshot(started.request.facts, journal));
      journal = plan.journal;
      return [...plan.steps];
    } catch (error) {
      started.failure = error;
      return [];
    }
  });
  return { steps, journal };
}

/** Holds back the releases of each change whose awaited real servers have connections. */
export function holdBackReleases(changes: readonly StartedChange[], after: Observation): void {
  for (const started of changes) {
    if (started.awaited.length === 0) continue;
    try {
      const { connections } = after;
      const isBusy = (server: ServiceRealServer) => connections.has(serviceRealServerText(server));
      const busy = started.awaited.filter(isBusy);
      const names = new Set(busy.map(serviceRealServerText));
      const counts = new Map([...connections].filter(([name]) => names.has(name)));
      if (busy.length > 0) started.draining = { realServers: busy, counts };
    } catch (error) {
      started.failure ??= error;
    }
  }
}

/** Shows on the row of each resource the first of its steps, and how many follow. */
export function reportSteps(
  changes: readonly StartedChange[],
  steps: readonly (readonly Step[])[],
): void {
  for (const [index, { request }] of changes.entries()) {
    const [first, ...more] = steps[index] ?? [];
    if (first) request.report(`${first.description}${more.length > 0 ? ` (+${more.length})` : ""}`);
  }
}

import { type ServiceRealServer, serviceRealServerText } from "../../ipvs/connections";
import { ipvsadmCommand } from "../../ipvs/render";
import type { JournalFile } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { factsHeld, servicesHeld } from "../../journal/releases";
import { mayCut, WAY_FACTS } from "../../journal/wayBack";
import type { Command } from "../../values/command";
import { LvsError } from "../../values/errors";
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
  /** Those of them that have connections: the change releases nothing yet. */
  draining?: NonNullable<Snapshot["draining"]>;
  failure?: unknown;
  /** The command of its step that failed. */
  failedRun?: Command;
  /** Why the way back failed. */
  undoFailure?: string;
}

/** The steps of each change, and the journal after all of them. */
interface ReleasePhase {
  readonly steps: readonly Step[][];
  readonly journal: Journal;
}

/**
 * Adds to each change the facts, and the virtual services, that show what it may release, and whether it can cut the
 * way to the host. Rejects a change whose claims are unknown.
 */
export function addFactsOfClaims(
  requests: readonly PendingRequest[],
  journalFile: JournalFile | undefined,
  host: string,
): PendingRequest[] {
  return requests.flatMap((request) => {
    if (!request.change || !journalFile) return [request];
    const { change } = request;
    const { journal } = journalFile;
    try {
      const facts = new Set([...request.facts, ...factsHeld(change.owners, journal)]);
      if (mayCut([...facts])) for (const name of WAY_FACTS) facts.add(name);
      const services = change.services && [
        ...change.services,
        ...servicesHeld(change.owners, journal),
      ];
      return [
        { ...request, facts: [...facts], change: { ...change, ...(services && { services }) } },
      ];
    } catch (error) {
      request.reject(unknownClaims(error, host));
      return [];
    }
  });
}

function unknownClaims(cause: unknown, host: string): LvsError {
  return new LvsError(
    "parse",
    `cannot tell what a change on ${host} may release: ${(cause as Error).message}; nothing was changed
  use the version of pulumi-lvs that wrote the journal`,
    { cause },
  );
}

/** Plans the claims of every change, each on top of the claims before it. Rejects a change that cannot be planned. */
export function planClaimPhase(
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

/** Holds back the releases of each change whose real servers have connections that carry data. */
export function holdBackReleases(changes: readonly StartedChange[], after: Observation): void {
  for (const started of changes) {
    if (started.awaited.length === 0) continue;
    try {
      const { connections } = after;
      const busy = started.awaited.filter((one) => connections.has(serviceRealServerText(one)));
      const names = new Set(busy.map(serviceRealServerText));
      const counts = new Map([...connections].filter(([name]) => names.has(name)));
      if (busy.length > 0) started.draining = { realServers: busy, counts };
    } catch (error) {
      started.failure ??= error;
    }
  }
}

/**
 * Plans the releases of every change, each on top of those before it. A change that has failed, or waits for
 * connections, keeps its claims.
 */
export function planReleasePhase(
  changes: readonly StartedChange[],
  before: Observation,
  journal: Journal,
): ReleasePhase {
  let next = journal;
  const steps = changes.map((started) => {
    if (started.failure !== undefined || started.draining) return [];
    try {
      const plan = started.change.planReleases(before.snapshot(started.request.facts, next));
      next = plan.journal;
      return [...plan.steps];
    } catch (error) {
      started.failure = error;
      return [];
    }
  });
  return { steps, journal: next };
}

/** The steps of each change without those of ipvsadm, and one step with the ipvsadm lines of all. */
interface MergedSteps {
  readonly steps: readonly (readonly Step[])[];
  /** Undefined if no lines were merged. */
  readonly ipvsadm: Step | undefined;
  /** The steps of each change that run after the merged ipvsadm. */
  readonly last: readonly (readonly Step[])[];
}

/**
 * Merges the ipvsadm lines of several steps, of one change or of many, into one step: one ipvsadm for all virtual
 * services takes about as long as one for a single virtual service.
 */
export function mergeIpvsadmLines(
  steps: readonly (readonly Step[])[],
  { mergesLines = true }: { readonly mergesLines?: boolean },
): MergedSteps {
  const last = steps.map((own) => own.filter(({ isLast }) => isLast));
  const first = steps.map((own) => own.filter(({ isLast }) => !isLast));
  const stepsWithLines = first.flat().filter((step) => step.lines);
  if (!mergesLines || stepsWithLines.length <= 1) return { steps: first, ipvsadm: undefined, last };
  const lines = stepsWithLines.flatMap((step) => step.lines ?? []);
  return {
    last,
    steps: first.map((own) => own.filter((step) => !step.lines)),
    ipvsadm: {
      run: ipvsadmCommand(lines),
      description: "change the IPVS table",
      failsOnStderr: true,
    },
  };
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

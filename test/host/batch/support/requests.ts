import { Batch } from "../../../../provider/host/batch/batch";
import type { Change } from "../../../../provider/host/batch/change";
import { lockAndReadJournal } from "../../../../provider/host/batch/lockLease";
import type { PendingRequest } from "../../../../provider/host/batch/request";
import type { Snapshot } from "../../../../provider/host/batch/snapshot";
import type { Owner } from "../../../../provider/journal/journal";
import { planClaims } from "../../../../provider/journal/plan";
import { planReleases } from "../../../../provider/journal/releases";
import type { FactName } from "../../../../provider/values/fact";
import type { Part } from "../../../../provider/values/part";
import { module } from "../../../support/claims";
import { WorkingHost } from "../../../support/workingHost";
import { WorkingShell } from "../../../support/workingShell";

const FACTS: readonly FactName[] = ["modules", "links", "sysctls", "ipvs"];

/** A change of a resource that declares exactly these parts. */
export function wants(who: Owner, parts: readonly Part[]): Change {
  return {
    owners: [who],
    planClaims: ({ journal, facts }) => planClaims(parts, who, journal, facts, false),
    planReleases: ({ journal, facts }) => planReleases(parts, who, journal, facts),
    announcements: () => [],
  };
}

/** The answer to a request. */
export type Outcome = Snapshot | { readonly error: Error };

/** A pending request with its outcome; without a change it only reads. */
export function pendingRequest(
  change?: Change,
  facts: readonly FactName[] = FACTS,
): PendingRequest & { readonly outcome: Promise<Outcome> } {
  let answer: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    answer = resolve;
  });
  return {
    facts,
    change,
    report: () => undefined,
    resolve: answer,
    reject: (error) => answer({ error: error as Error }),
    outcome,
  };
}

/** The error of a request; undefined if it succeeded. */
export async function errorOf(request: {
  readonly outcome: Promise<Outcome>;
}): Promise<Error | undefined> {
  const outcome = await request.outcome;
  return "error" in outcome ? outcome.error : undefined;
}

/** The module and the interface that all VIPs of a tunnelled real server share. */
export const tunnel: readonly Part[] = [
  module("ipip"),
  { type: "link", id: "lvs4-c000020b", value: "ipip local 192.0.2.11 up", shared: true },
];

/** A host, a shell on that host, and a function that runs a batch there. */
export function aHost(start?: ConstructorParameters<typeof WorkingHost>[0]) {
  const host = new WorkingHost(start);
  const shell = new WorkingShell(host);
  const run = async (...requests: PendingRequest[]) => {
    const hasChanges = requests.some(({ change }) => change);
    const journalFile = hasChanges ? await lockAndReadJournal(shell) : undefined;
    // Only the round trips of the batch count.
    shell.roundTrips.length = 0;
    return new Batch(shell, requests, { journalFile }).run();
  };
  return { host, shell, run };
}

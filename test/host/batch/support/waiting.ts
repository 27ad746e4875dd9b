import { Batch } from "../../../../provider/host/batch/batch";
import type { Change, Waiting } from "../../../../provider/host/batch/change";
import { lockAndRead } from "../../../../provider/host/batch/locking";
import type { Observed } from "../../../../provider/host/batch/observed";
import type { Owner } from "../../../../provider/journal/journal";
import { planClaims } from "../../../../provider/journal/plan";
import { planReleases } from "../../../../provider/journal/releases";
import type { FactName } from "../../../../provider/values/fact";
import type { Part } from "../../../../provider/values/part";
import { module } from "../../../support/claims";
import { WorkingHost } from "../../../support/workingHost";
import { WorkingShell } from "../../../support/workingShell";

const FACTS: readonly FactName[] = ["modules", "links", "sysctls", "ipvs"];

/** A change that wants these parts and nothing else, as a resource's create or update does. */
export function wants(who: Owner, parts: readonly Part[]): Change {
  return {
    owners: [who],
    claims: (seen) => planClaims(parts, who, seen.journal, seen.facts, false),
    releases: (seen) => planReleases(parts, who, seen.journal, seen.facts),
    announce: () => [],
  };
}

/** How it ended for one that waited. */
export type Outcome = Observed | { readonly error: Error };

/** One that waits for a batch, with how it ends; without a change it only looks. */
export function waiting(
  change?: Change,
  facts: readonly FactName[] = FACTS,
): Waiting & { readonly outcome: Promise<Outcome> } {
  let settle: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  return {
    facts,
    change,
    report: () => undefined,
    resolve: settle,
    reject: (error) => settle({ error: error as Error }),
    outcome,
  };
}

/** The error of one that failed; undefined for one that went well. */
export async function errorOf(one: {
  readonly outcome: Promise<Outcome>;
}): Promise<Error | undefined> {
  const outcome = await one.outcome;
  return "error" in outcome ? outcome.error : undefined;
}

/** The interface that every VIP of a tunnel's real server shares. */
export const tunnel: readonly Part[] = [
  module("ipip"),
  { type: "link", id: "lvs4-c000020b", value: "ipip local 192.0.2.11 up", shared: true },
];

/** A host, the shell to it, and how a batch is run there. */
export function aHost(start?: ConstructorParameters<typeof WorkingHost>[0]) {
  const host = new WorkingHost(start);
  const shell = new WorkingShell(host);
  const run = async (...all: Waiting[]) => {
    const written = all.some((one) => one.change) ? await lockAndRead(shell) : undefined;
    // Those of the batch alone are looked at.
    shell.trips.length = 0;
    return new Batch(shell, "director1", all, { written }).run();
  };
  return { host, shell, run };
}

import { describe, expect, it } from "vitest";
import {
  type BatchContext,
  claimPhase,
  confirmationPhase,
  type Phase,
  releasePhase,
} from "../../../provider/host/batch/phase";
import { planBatch } from "../../../provider/host/batch/planning";
import { Query } from "../../../provider/host/batch/query";
import { journalFact } from "../../../provider/journal/file";
import type { Part } from "../../../provider/values/part";
import { claim, owner, service, sysctl, vip } from "../../support/claims";
import { WorkingHost } from "../../support/workingHost";
import { pendingRequest, wants } from "./support/requests";

const table = (port: number) => ({
  ...service(`-A -t 192.0.2.80:${port} -s wlc`),
  id: `tcp 192.0.2.80:${port}`,
});

/** The context of a batch that brings a host from the parts that each owner has to those that it wants. */
function contextOf(
  has: Record<string, readonly Part[]>,
  wanted: Record<string, readonly Part[]>,
  isGuarded = false,
): BatchContext {
  const host = new WorkingHost({ modules: ["ip_vs"] });
  for (const [name, parts] of Object.entries(has)) claim(host, owner(name), parts);
  const requests = Object.entries(wanted).map(([name, parts]) =>
    pendingRequest(wants(owner(name), parts)),
  );
  const journalFile = journalFact.parse(journalFact.commands.map((run) => host.run(run)));
  const query = Query.forRequests(requests, journalFile);
  const before = query.parse(query.commands.map((group) => group.map(({ run }) => host.run(run))));
  const plan = planBatch(requests, before);
  return { plan, before, undoTo: before, query, isGuarded, mergesLines: true };
}

/** The programs that a phase runs, in order; `journal` for a command on the journal. */
function programs(phase: Phase | undefined): string[] {
  const {
    prerequisite,
    steps = [],
    bootSteps = [],
    sharedCommands = [],
    lastSteps = [],
  } = {
    ...phase,
  };
  const all = [...(prerequisite ? [prerequisite] : []), ...steps.flat(), ...bootSteps];
  return [...all, ...sharedCommands, ...lastSteps.flat()].map(({ run }) =>
    run.argv.join(" ").includes("journal.jsonl") ? "journal" : (run.argv[0] ?? ""),
  );
}

const claimed = (context: BatchContext) =>
  context.before.withJournalFile({ journal: context.plan.claimed });

describe("claimPhase", () => {
  it("writes the claims first, and the IPVS table of all changes last", () => {
    const wanted = { a: [table(80)], b: [sysctl("arp_ignore", "1"), table(81)] };
    const phase = claimPhase(contextOf({}, wanted));
    expect(programs(phase)).toEqual(["journal", "sysctl", "ipvsadm"]);
    expect(phase?.sharedCommands).toMatchObject([{ onlyIfNoneFailed: true }]);
    expect(phase?.query.commands).not.toEqual([]);
  });

  it("is not needed if the host is as claimed", () => {
    const parts = { a: [vip()] };
    expect(claimPhase(contextOf(parts, parts))).toBeUndefined();
  });

  it("leaves reading to the release phase that follows", () => {
    const context = contextOf({ a: [vip()] }, { a: [vip("192.0.2.81")] });
    expect(context.plan.hasReleases).toBe(true);
    const phase = claimPhase(context);
    expect(programs(phase)).toEqual(["journal", "ip"]);
    expect(phase?.query.commands).toEqual([]);
  });
});

describe("releasePhase", () => {
  const has = { a: [table(80)], b: [sysctl("arp_ignore", "1"), table(81)] };

  it("changes the IPVS table first, and removes the claims last", () => {
    const context = contextOf(has, { a: [], b: [] });
    const phase = releasePhase(context, claimed(context));
    expect(programs(phase)).toEqual(["ipvsadm", "sysctl", "journal"]);
    expect(phase.sharedCommands).toMatchObject([{ onlyIfNoneFailed: true }]);
    expect(phase.journalFile.journal).toEqual({});
  });

  it("keeps the claims of guarded changes until the confirmation phase", () => {
    const context = contextOf(has, { a: [], b: [] }, true);
    const phase = releasePhase(context, claimed(context));
    expect(programs(phase)).toEqual(["ipvsadm", "sysctl"]);
    expect(phase.journalFile.journal).toEqual(context.plan.claimed);
    const last = confirmationPhase(context, claimed(context));
    expect(programs(last)).toEqual(["journal"]);
    expect(last?.markedJournalFile.journal).toEqual({});
  });
});

describe("confirmationPhase", () => {
  it("is not needed if no boot file changes and nothing was released", () => {
    const context = contextOf({}, { a: [vip()] }, true);
    const journalFile = { journal: context.plan.claimed, length: 100, hasBootFiles: true };
    expect(confirmationPhase(context, context.before.withJournalFile(journalFile))).toBeUndefined();
  });
});

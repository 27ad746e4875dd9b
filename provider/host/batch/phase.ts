import { type JournalFile, writeJournal } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import type { Step } from "../../values/step";
import type { Group, GroupCommand } from "../shell";
import { journalStep, NO_BOOT_FILES, planBootFiles, writeBootFiles } from "./bootFiles";
import { mergeIpvsadmLines } from "./mergedSteps";
import type { Observation } from "./observation";
import { type BatchPlan, planAllReleases } from "./planning";
import type { Query } from "./query";

/** What one phase of a batch runs on the host, in one round trip and in this order. */
export interface Phase {
  /** If this step fails, nothing else runs. @default - none */
  readonly prerequisite?: Step;
  /** The steps of each change. */
  readonly steps: readonly (readonly Step[])[];
  /** Write the boot files. If one of these steps fails, every change fails. */
  readonly bootSteps: readonly Step[];
  /** The commands that all changes share. */
  readonly sharedCommands: Group;
  /** The steps of each change that follow the shared commands. */
  readonly lastSteps: readonly (readonly (Step & GroupCommand)[])[];
  /** Reads again what the steps may have changed. */
  readonly query: Query;
  /** The journal file after the phase. */
  readonly journalFile: JournalFile;
  /** The journal file after the phase, if the boot steps succeeded too. */
  readonly markedJournalFile: JournalFile;
  /** The steps of each change, for the rows of the resources. */
  readonly reported: readonly (readonly Step[])[];
}

/** What the phases of a batch have in common. */
export interface BatchContext {
  readonly plan: BatchPlan;
  /** The first look of the batch. */
  readonly before: Observation;
  /** What failed changes are undone to. */
  readonly undoTo: Observation;
  /** The query of the first look. */
  readonly query: Query;
  /** Whether the changes have to be confirmed over a new connection, after which a last phase follows. */
  readonly isGuarded: boolean;
  /** Whether the ipvsadm lines of all changes run in one ipvsadm. */
  readonly mergesLines: boolean;
}

/**
 * Writes the claims into the journal, and runs their steps. Undefined if the host is as claimed already. The IPVS table
 * comes last, because virtual services need the modules and sysctls of the other steps.
 */
export function claimPhase(context: BatchContext): Phase | undefined {
  const { before, mergesLines } = context;
  const { changes, claimed, hasReleases } = context.plan;
  const planned = changes.map((change) => change.steps);
  const awaited = changes.flatMap((change) => change.awaited);
  // Where a release phase or a confirmation phase follows, that phase writes the boot files.
  const boot = hasReleases ? NO_BOOT_FILES : planBootFiles(changes, before.journalFile, claimed);
  const bootNow = context.isGuarded && boot.step ? NO_BOOT_FILES : boot;
  const areBootFilesCurrent = bootNow.isComplete && !bootNow.step;
  const { run, file } = writeJournal(before.journalFile, claimed, areBootFilesCurrent);
  const isEmpty = !run && !bootNow.step && planned.flat().length + awaited.length === 0;
  if (isEmpty) return undefined;
  const { ipvsadm, ...merged } = mergeIpvsadmLines(planned, mergesLines);
  const { steps: bootSteps, file: markedJournalFile } = writeBootFiles(bootNow, file);
  // The release phase reads what both phases have changed.
  const readAgain = hasReleases ? [] : planned.flat();
  return {
    ...(run && { prerequisite: journalStep(run) }),
    ...merged,
    // After a failure of the merged ipvsadm, each change is tried again by itself.
    ...(ipvsadm && { lastSteps: merged.lastSteps.map((own) => own.map(onlyIfNoneFailed)) }),
    bootSteps,
    sharedCommands: ipvsadm ? [onlyIfNoneFailed(ipvsadm)] : [],
    query: context.query.afterSteps(readAgain, before.withJournalFile(file)).counting(awaited),
    journalFile: file,
    markedJournalFile,
    reported: planned,
  };
}

const onlyIfNoneFailed = (step: Step) => ({ ...step, onlyIfNoneFailed: true });

/**
 * Runs the steps of the releases, and removes the claims from the journal. The IPVS table comes first, because a virtual
 * service that is still there may use what the other steps take away. The journal comes after the boot files.
 */
export function releasePhase(context: BatchContext, claimed: Observation): Phase {
  const { changes } = context.plan;
  const planned = planAllReleases(changes, claimed, claimed.journal);
  const { ipvsadm, ...merged } = mergeIpvsadmLines(planned.steps, context.mergesLines);
  const changed = [...changes.flatMap((change) => change.steps), ...planned.steps.flat()];
  return {
    ...(ipvsadm && { prerequisite: ipvsadm }),
    ...merged,
    ...releaseFiles(context, claimed, planned.journal),
    query: context.query.afterSteps(changed, claimed),
    reported: planned.steps,
  };
}

/** Guarded changes leave the boot files and the journal to the confirmation phase. */
function releaseFiles(context: BatchContext, { journalFile }: Observation, released: Journal) {
  if (context.isGuarded) {
    const files = { journalFile, markedJournalFile: journalFile };
    return { ...files, bootSteps: [], sharedCommands: [] };
  }
  const { changes } = context.plan;
  const boot = planBootFiles(changes, context.before.journalFile, released);
  const { run, file } = writeJournal(journalFile, released, boot.isComplete);
  const { steps: bootSteps, file: markedJournalFile } = writeBootFiles(boot, file);
  const sharedCommands: Group = run ? [{ run, onlyIfNoneFailed: true }] : [];
  return { bootSteps, sharedCommands, journalFile: file, markedJournalFile };
}

/**
 * Writes the boot files of confirmed changes, and then removes the claims of what was released. Undefined if both are
 * as they are to be.
 */
export function confirmationPhase(context: BatchContext, after: Observation): Phase | undefined {
  const { changes } = context.plan;
  const { journal } = planAllReleases(changes, after, after.journal);
  const boot = planBootFiles(changes, context.before.journalFile, journal);
  const { run, file } = writeJournal(after.journalFile, journal, boot.isComplete);
  const { steps, file: markedJournalFile } = writeBootFiles(boot, file);
  const bootSteps = [...steps, ...(run ? [journalStep(run)] : [])];
  if (bootSteps.length === 0) return undefined;
  return {
    ...{ steps: [], bootSteps, sharedCommands: [], lastSteps: [], reported: [] },
    query: context.query.afterSteps([], after),
    journalFile: after.journalFile,
    markedJournalFile,
  };
}

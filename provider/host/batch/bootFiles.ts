import { bootChanges } from "../../journal/boot";
import { type JournalFile, markBootFiles } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { bootStep } from "../../system/bootCommand";
import type { Step } from "../../values/step";
import type { StartedChange } from "./planning";

/** What a phase does about the files that make parts again at boot. */
export interface BootPlan {
  /** Writes the boot files that the batch changes; undefined if none changes. */
  readonly step?: Step | undefined;
  /** Whether the boot files match the journal after the step. */
  readonly isComplete: boolean;
}

/** A later phase of the batch writes the boot files. */
export const NO_BOOT_FILES: BootPlan = { isComplete: false };

/** Plans the boot files of the whole batch: from the journal at its start to the journal at its end. */
export function planBootFiles(
  changes: readonly StartedChange[],
  before: JournalFile,
  after: Journal,
): BootPlan {
  const repaired = changes.filter(({ change }) => change.repairsBoot);
  const owners = repaired.flatMap(({ change }) => change.owners);
  return { step: bootStep(bootChanges(before, after, owners)), isComplete: true };
}

/** The steps that write the boot files and the mark in the journal file, and that file with the mark. */
export function writeBootFiles(
  { step, isComplete }: BootPlan,
  journalFile: JournalFile,
): { readonly steps: readonly Step[]; readonly file: JournalFile } {
  const needsMark = isComplete && !journalFile.hasBootFiles;
  const { run, file } = needsMark ? markBootFiles(journalFile) : { file: journalFile };
  return { steps: [...(step ? [step] : []), ...(run ? [journalStep(run)] : [])], file };
}

/** The step that runs a command on the journal file. */
export function journalStep(run: Step["run"]): Step {
  return { run, description: "write the journal" };
}

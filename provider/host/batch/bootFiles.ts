import { bootChanges } from "../../journal/boot";
import { type JournalFile, markBootFiles } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { bootStep } from "../../system/bootCommand";
import type { Step } from "../../values/step";
import type { StartedChange } from "./planning";

/** What a batch does about the files that make parts again at boot. */
export interface BootPlan {
  /** Brings the files of the host to what they are to be after the batch; undefined if none changes. */
  readonly step?: Step | undefined;
  /** Whether the files are those of the journal once the step has run. */
  readonly isComplete: boolean;
}

/** The files are left to a later phase of the batch. */
export const NO_BOOT_FILES: BootPlan = { isComplete: false };

export function planBootFiles(
  changes: readonly StartedChange[],
  before: JournalFile,
  after: Journal,
): BootPlan {
  const repaired = changes.filter(({ change }) => change.repairsBoot);
  const owners = repaired.flatMap(({ change }) => change.owners);
  return { step: bootStep(bootChanges(before, after, owners)), isComplete: true };
}

/** The steps that write the files, and the journal file afterwards, which has the mark that they are there. */
export function writeBootFiles(
  { step, isComplete }: BootPlan,
  journalFile: JournalFile,
): { readonly steps: readonly Step[]; readonly file: JournalFile } {
  const isMarked = !isComplete || journalFile.hasBootFiles;
  const { run, file } = isMarked ? { file: journalFile } : markBootFiles(journalFile);
  const mark = run && { run, description: "write the journal" };
  return { steps: [...(step ? [step] : []), ...(mark ? [mark] : [])], file };
}

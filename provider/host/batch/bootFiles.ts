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
  /** Whether any part is made again at boot after the batch. */
  readonly isNeeded: boolean;
}

export const NO_BOOT_FILES: BootPlan = { isNeeded: false };

export function planBootFiles(
  changes: readonly StartedChange[],
  before: JournalFile,
  after: Journal,
): BootPlan {
  const repaired = changes.filter(({ change }) => change.repairsBoot);
  const owners = repaired.flatMap(({ change }) => change.owners);
  const files = bootChanges(before, after, owners);
  return { step: bootStep(files), isNeeded: files.isNeeded };
}

/** The steps that write the files, and the journal file afterwards, which has the mark that they are there. */
export function writeBootFiles(
  { step, isNeeded }: BootPlan,
  journalFile: JournalFile,
): { readonly steps: readonly Step[]; readonly file: JournalFile } {
  const isMarked = !isNeeded || journalFile.hasBootFiles;
  const { run, file } = isMarked ? { file: journalFile } : markBootFiles(journalFile);
  const mark = run && { run, description: "write the journal" };
  return { steps: [...(step ? [step] : []), ...(mark ? [mark] : [])], file };
}

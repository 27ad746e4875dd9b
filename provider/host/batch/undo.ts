import { serviceKeyText } from "../../ipvs/model";
import { type JournalFile, writeJournal } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { type Look, planUndo, type UndoPlan } from "../../journal/undo";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import { failedStep, type Shell } from "../shell";
import { journalStep, planBootFiles } from "./bootFiles";
import { lockAndReadJournal } from "./lockLease";
import type { Observation } from "./observation";
import { firstFailure } from "./outcome";
import { PartialChangeError } from "./partialChangeError";
import type { StartedChange } from "./planning";
import type { Query } from "./query";
import { UndoneChangeError } from "./undoneChangeError";

/** A failed change with the steps that undo it. */
interface UndoneChange {
  readonly change: StartedChange;
  readonly plan: UndoPlan;
}

/** Messages of the kernel and of ipvsadm for what exists already, or does not exist any more. */
const FORESTALLED =
  /File exists|already exists|No such (process|service|destination)|Cannot assign requested address/;

/**
 * Undoes the failed changes of a batch in two round trips. The first one runs the inverse steps and reads the host again,
 * which shows what was undone. The second one removes the claims of what was undone from the journal. If a run ends
 * between the two, the next run finds the claims and continues. The error of each failed change says what was undone, or
 * why nothing was. Other changes stay as they are.
 */
export async function undoFailedChanges(
  shell: Shell,
  changes: readonly StartedChange[],
  before: Observation,
  after: Observation,
  query: Query,
): Promise<Observation> {
  const failed = changes.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return after;
  try {
    const journalFile = shell.isLocked ? after.journalFile : await lockAndReadJournal(shell);
    const now = after.withJournalFile(journalFile);
    const { undoing } = planUndoing(failed, before, now);
    const proof = await runSteps(shell, undoing, now, query);
    const remaining = planUndoing(failed, before, proof, isUndone);
    const file = await writeClaims(shell, journalFile, remaining.journal);
    for (const [index, { change, plan }] of undoing.entries()) {
      const left = remaining.undoing[index]?.plan;
      change.failure =
        left && isUndone(left)
          ? new UndoneChangeError(change.failure, shell.host, plan.steps)
          : notUndone(change, shell.host, left?.foreign ?? []);
    }
    return proof.withJournalFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    for (const change of failed) change.failure = notUndone(change, shell.host, [], why);
    return after;
  }
}

/** Whether nothing is left to undo. A module that is in use by now stays loaded. */
function isUndone({ steps, foreign }: UndoPlan): boolean {
  return (
    foreign.length === 0 && steps.every(({ mayFail, run }) => mayFail || run.argv[0] === "modprobe")
  );
}

/** The plans that undo failed changes. */
interface UndoPlans {
  readonly undoing: readonly UndoneChange[];
  /** The journal after all plans that remove their claims. */
  readonly journal: Journal;
}

/** Plans how each failed change is undone, each plan on top of those before it that remove their claims. */
function planUndoing(
  failed: readonly StartedChange[],
  before: Observation,
  now: Observation,
  removesClaims: (plan: UndoPlan) => boolean = () => true,
): UndoPlans {
  let journal = now.journal;
  const undoing = failed.map((change) => {
    const plan = planUndoingOf(change, before, now.look(change.request.facts, journal));
    if (removesClaims(plan)) journal = plan.journal;
    return { change, plan };
  });
  return { undoing, journal };
}

function planUndoingOf(started: StartedChange, before: Observation, now: Look): UndoPlan {
  const { change, awaited, failedRun } = started;
  const from = change.undoTo ?? before.look(started.request.facts);
  const services = awaited.map(({ service }) => serviceKeyText(service));
  const forestalled = isForestalled(started.failure) ? failedRun : undefined;
  const isStaged = change.undoTo !== undefined;
  return planUndo({ owners: change.owners, services, forestalled, isStaged }, from, now);
}

async function runSteps(
  shell: Shell,
  undoing: readonly UndoneChange[],
  now: Observation,
  query: Query,
): Promise<Observation> {
  const groups = undoing.map(({ plan }) =>
    plan.steps.map((step) => ({ ...step, oncePerRun: true })),
  );
  if (groups.flat().length === 0) return now;
  const readAgain = query.afterSteps(groups.flat().map(withAllFacts), now);
  const results = await shell.run([...groups, ...readAgain.commands]);
  for (const [index, { change, plan }] of undoing.entries()) {
    const failed = firstFailure(plan.steps, results[index] ?? []);
    if (failed) change.undoFailure = failedStep(failed.step, failed.result, shell.host).message;
  }
  return readAgain.parse(results.slice(groups.length));
}

/** A step after which all facts are read again and in full: the kernel's list shows new virtual services only. */
const withAllFacts = ({ run, description }: Step): Step => ({ run, description });

/** Removes the claims of undone changes from the journal, and their boot files from the host. */
async function writeClaims(
  shell: Shell,
  journalFile: JournalFile,
  journal: Journal,
): Promise<JournalFile> {
  const { step, isComplete } = planBootFiles([], journalFile, journal);
  const { run, file } = writeJournal(journalFile, journal, isComplete);
  if (!run) return journalFile;
  // The claims are removed last: until then, the next change also repairs the boot files.
  const steps: Step[] = [...(step ? [step] : []), journalStep(run)];
  const [results = []] = await shell.run([steps]);
  const failed = firstFailure(steps, results);
  if (failed) throw failedStep(failed.step, failed.result, shell.host);
  return file;
}

function isForestalled(failure: unknown): boolean {
  const message = failure instanceof Error ? (failure.message.split("\n")[0] ?? "") : "";
  return FORESTALLED.test(message);
}

/** The error of a change that could not be undone, so that the host is neither as before nor as planned. */
function notUndone(
  { failure, undoFailure }: StartedChange,
  host: string,
  foreign: readonly string[],
  why = undoFailure,
): PartialChangeError {
  const message = failure instanceof Error ? failure.message : String(failure);
  const said =
    foreign.length > 0
      ? `Somebody else has changed ${foreign.join(", ")} on ${host} at the same time, so that was left as it is`
      : `This change could not be undone on ${host}${why ? `: ${why}` : ""}`;
  const text = `${message}\n${said}\nRun pulumi up --refresh, which goes on from what is there`;
  const kind = failure instanceof LvsError ? failure.kind : "command";
  return new PartialChangeError(new LvsError(kind, text, { cause: failure }), undefined);
}

import { serviceKeyText } from "../../ipvs/model";
import { type JournalFile, writeJournal } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { type Look, planUndo, type UndoPlan } from "../../journal/undo";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import { failedStep, type Shell } from "../shell";
import { planBootFiles } from "./bootFiles";
import { lockAndReadJournal } from "./lockLease";
import type { Observation } from "./observation";
import { firstFailure } from "./outcome";
import { PartialChangeError } from "./partialChangeError";
import type { StartedChange } from "./planning";
import type { Query } from "./query";
import { UndoneChangeError } from "./undoneChangeError";

/** A failed change with the way back of it. */
interface Undoing {
  readonly change: StartedChange;
  readonly plan: UndoPlan;
}

/** Messages of the kernel and of ipvsadm for what is there already, or is gone already. */
const FORESTALLED =
  /File exists|already exists|No such (process|service|destination)|Cannot assign requested address/;

/**
 * Undoes the failed changes of a batch, in two round trips: the steps back, with a look that proves them; then the
 * journal without the claims of what is undone. So a run that is cut off in between leaves claims, with which the next
 * one goes on. Each change gets the error that says what was undone, or why not; the others are left alone.
 */
export async function undoFailedChanges(
  shell: Shell,
  host: string,
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
    const { undoing } = plansBack(failed, before, now);
    const proof = await runSteps(shell, host, undoing, now, query);
    const proved = plansBack(
      undoing.map(({ change }) => change),
      before,
      proof,
      isWholeWay,
    );
    const file = await writeClaims(shell, journalFile, proved);
    for (const [index, { change, plan }] of undoing.entries()) {
      const left = proved.undoing[index]?.plan;
      change.failure =
        left && isWholeWay(left)
          ? new UndoneChangeError(change.failure, host, plan.steps)
          : notUndone(change, host, left?.foreign ?? []);
    }
    return proof.withJournalFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    for (const change of failed) change.failure = notUndone(change, host, [], why);
    return after;
  }
}

/** Whether nothing is left to undo. A module may be in use by now, and what it shows is not the whole list. */
function isWholeWay({ steps, foreign }: UndoPlan): boolean {
  return (
    foreign.length === 0 && steps.every(({ mayFail, run }) => mayFail || run.argv[0] === "modprobe")
  );
}

interface PlansBack {
  readonly undoing: readonly Undoing[];
  /** The journal after all plans that count. */
  readonly journal: Journal;
}

/** Plans the way back of each change, each on top of those before it that count. */
function plansBack(
  failed: readonly StartedChange[],
  before: Observation,
  now: Observation,
  counts: (plan: UndoPlan) => boolean = () => true,
): PlansBack {
  let journal = now.journal;
  const undoing = failed.map((change) => {
    const plan = planBack(change, before, now.look(change.request.facts, journal));
    if (counts(plan)) journal = plan.journal;
    return { change, plan };
  });
  return { undoing, journal };
}

function planBack(started: StartedChange, before: Observation, now: Look): UndoPlan {
  const { change, awaited, failedRun } = started;
  const from = change.undoTo ?? before.look(started.request.facts);
  const services = awaited.map(({ service }) => serviceKeyText(service));
  const forestalled = isForestalled(started.failure) ? failedRun : undefined;
  const isStaged = change.undoTo !== undefined;
  return planUndo({ owners: change.owners, services, forestalled, isStaged }, from, now);
}

async function runSteps(
  shell: Shell,
  host: string,
  undoing: readonly Undoing[],
  now: Observation,
  query: Query,
): Promise<Observation> {
  const groups = undoing.map(({ plan }) => plan.steps.map((one) => ({ ...one, oncePerRun: true })));
  if (groups.flat().length === 0) return now;
  const again = query.afterSteps(groups.flat().map(ofAnyFact), now);
  const results = await shell.run([...groups, ...again.commands]);
  for (const [index, { change, plan }] of undoing.entries()) {
    const failed = firstFailure(plan.steps, results[index] ?? []);
    if (failed) change.undoFailure = failedStep(failed.step, failed.result, host).message;
  }
  return again.parse(results.slice(groups.length));
}

/** The whole fact is read again: the kernel's list shows new virtual services only. */
const ofAnyFact = ({ run, description }: Step): Step => ({ run, description });

/** Takes the claims of undone changes out of the journal, and their files off the host. */
async function writeClaims(
  shell: Shell,
  journalFile: JournalFile,
  { journal }: PlansBack,
): Promise<JournalFile> {
  const { step, isComplete } = planBootFiles([], journalFile, journal);
  const { run, file } = writeJournal(journalFile, journal, isComplete);
  if (!run) return journalFile;
  // The claims go last: as long as they are there, the next change looks after all of it.
  const steps: Step[] = [...(step ? [step] : []), { run, description: "write the journal" }];
  const [results = []] = await shell.run([steps]);
  const failed = firstFailure(steps, results);
  if (failed) throw failedStep(failed.step, failed.result, shell.host);
  return file;
}

function isForestalled(failure: unknown): boolean {
  const message = failure instanceof Error ? (failure.message.split("\n")[0] ?? "") : "";
  return FORESTALLED.test(message);
}

/** The error of a change that is not as before and not as wanted. */
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

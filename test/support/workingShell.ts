import { failedStep } from "../../provider/host/shell/remedies";
import type { RunOptions, Shell } from "../../provider/host/shell/shell";
import type { Command, Result } from "../../provider/values/command";
import type { WorkingHost } from "./workingHost";

type Run = Shell["run"];

const NOTHING: Result = { stdout: "", stderr: "", exitCode: 0 };

/** A shell whose commands a working host carries out, with a record of each round trip. */
export class WorkingShell implements Shell {
  readonly uid = 0;
  readonly closed = new Promise<never>(() => undefined);
  /** Each round trip: `lock`, `look` (once for all questions), `journal`, the commands, `unlock`. */
  readonly trips: string[][] = [];
  isLocked = false;
  /** What happens on the host, or to the connection, right before a round trip. */
  before: (trip: number) => void | Promise<void> = () => undefined;

  constructor(
    readonly machine: WorkingHost,
    readonly host = "director1",
  ) {}

  async run(...[groups, options = {}]: Parameters<Run>): ReturnType<Run> {
    await Promise.resolve();
    await this.before(this.trips.length);
    const trip: string[] = [];
    this.trips.push(trip);
    if (options.lockFirst && !this.isLocked) trip.push("lock");
    this.isLocked ||= options.lockFirst !== undefined;
    if (options.before) {
      const result = judged(this.carryOut(options.before.run, trip), options.before.failsOnStderr);
      if (result.exitCode !== 0) {
        this.unlock(options, false, trip);
        throw failedStep(options.before, result, this.host);
      }
    }
    const done = new Set<string>();
    let isAllWell = true;
    const results = groups.map((group) => {
      let isEnded = false;
      return group.map(({ run, mayFail, once, onlyIfAllWell, failsOnStderr }) => {
        if (isEnded) return undefined;
        if (onlyIfAllWell && !isAllWell) return { ...NOTHING, exitCode: 1 };
        const key = JSON.stringify(run);
        const said = once && done.has(key) ? NOTHING : this.carryOut(run, trip);
        const result = judged(said, failsOnStderr);
        if (result.exitCode === 0) done.add(key);
        isEnded = result.exitCode !== 0 && !mayFail;
        isAllWell &&= !isEnded;
        return result;
      });
    });
    this.unlock(options, isAllWell, trip);
    return results;
  }

  private unlock({ unlockLast }: RunOptions, isAllWell: boolean, trip: string[]): void {
    if (!unlockLast || (unlockLast === "ifAllWell" && !isAllWell)) return;
    trip.push("unlock");
    this.isLocked = false;
  }

  close(): void {}

  private carryOut(command: Command, trip: string[]): Result {
    const text = nameOf(command, this.machine);
    if (text !== "look" || !trip.includes("look")) trip.push(text);
    if (text !== "look" && !this.isLocked) throw new Error(`${text} without the lock`);
    return this.machine.run(command);
  }
}

function judged(said: Result, failsOnStderr = false): Result {
  const isRefused = failsOnStderr && said.exitCode === 0 && said.stderr !== "";
  return isRefused ? { ...said, exitCode: 1 } : said;
}

function nameOf(command: Command, machine: WorkingHost): string {
  if (machine.isQuestion(command)) return "look";
  const text = command.argv.join(" ");
  return text.includes("journal.jsonl") ? "journal" : text;
}

import type { CloseReason } from "../../provider/host/connect";
import type { GroupCommand } from "../../provider/host/shell/groupText";
import { failedStep } from "../../provider/host/shell/remedies";
import type { RunOptions, Shell } from "../../provider/host/shell/shell";
import type { Command, Result } from "../../provider/values/command";
import { LvsError } from "../../provider/values/errors";
import type { WorkingHost } from "./workingHost";

type Run = Shell["run"];

const NOTHING: Result = { stdout: "", stderr: "", exitCode: 0 };

/** A shell whose commands run on a WorkingHost, with a record of each round trip. */
export class WorkingShell implements Shell {
  readonly uid = 0;
  readonly closed: Promise<CloseReason>;
  private markClosed: (reason: CloseReason) => void = () => undefined;
  private isClosed = false;
  /** The events of each round trip: `lock`, `read` (once for all facts), `journal`, the commands, `unlock`. */
  readonly roundTrips: string[][] = [];
  isLocked = false;
  /** Called before each round trip: the test changes the host, or fails the connection. */
  beforeRoundTrip: (trip: number) => void | Promise<void> = () => undefined;
  /** The connection is lost before a command with this in it. @default - it is not lost */
  cutBefore: RegExp | undefined;

  constructor(
    readonly machine: WorkingHost,
    readonly host = "director1",
  ) {
    this.closed = new Promise((resolve) => {
      this.markClosed = resolve;
    });
  }

  async run(...[groups, options = {}]: Parameters<Run>): ReturnType<Run> {
    await Promise.resolve();
    if (this.isClosed) throw new LvsError("connect", "the connection was lost");
    await this.beforeRoundTrip(this.roundTrips.length);
    const events: string[] = [];
    this.roundTrips.push(events);
    if (options.acquireLock && !this.isLocked) {
      events.push("lock");
      this.machine.commit.fire();
    }
    this.isLocked ||= options.acquireLock !== undefined;
    if (options.prerequisite) {
      const result = withStderrFailure(
        this.execute(options.prerequisite.run, events),
        options.prerequisite.failsOnStderr,
      );
      if (result.exitCode !== 0) {
        this.unlock(options, false, events);
        throw failedStep(options.prerequisite, result, this.host);
      }
    }
    const done = new Set<string>();
    const failed = new Set<number>();
    const results = groups.map((group, index) =>
      group.map((command) => {
        if (failed.has(index)) return undefined;
        const result = isAllowed(command, failed)
          ? this.executeOnce(command, done, events)
          : { ...NOTHING, exitCode: 1 };
        if (result.exitCode !== 0 && !command.mayFail) failed.add(index);
        return result;
      }),
    );
    this.unlock(options, failed.size === 0, events);
    return results;
  }

  private unlock({ releaseLock }: RunOptions, hasNoFailure: boolean, events: string[]): void {
    if (!releaseLock || (releaseLock === "ifNoneFailed" && !hasNoFailure)) return;
    events.push("unlock");
    this.isLocked = false;
  }

  close(): void {
    this.isClosed = true;
    this.isLocked = false;
    this.markClosed({ why: "it was closed" });
  }

  private executeOnce(
    { run, oncePerRun, failsOnStderr }: GroupCommand,
    done: Set<string>,
    events: string[],
  ): Result {
    const key = JSON.stringify(run);
    const output = oncePerRun && done.has(key) ? NOTHING : this.execute(run, events);
    const result = withStderrFailure(output, failsOnStderr);
    if (result.exitCode === 0) done.add(key);
    return result;
  }

  private execute(command: Command, events: string[]): Result {
    if (this.cutBefore?.test(command.argv.join(" "))) {
      this.isLocked = false;
      throw new LvsError("connect", "the connection was lost");
    }
    const text = nameOf(command, this.machine);
    if (text !== "read" || !events.includes("read")) events.push(text);
    if (!["read", "confirm"].includes(text) && !this.isLocked)
      throw new Error(`${text} without the lock`);
    return this.machine.run(command);
  }
}

/** Whether a command may run after these groups have failed. */
function isAllowed(
  { onlyIfNoneFailed, onlyIfSucceeded }: GroupCommand,
  failed: ReadonlySet<number>,
): boolean {
  if (onlyIfNoneFailed && failed.size > 0) return false;
  return onlyIfSucceeded === undefined || !failed.has(onlyIfSucceeded);
}

function withStderrFailure(result: Result, failsOnStderr = false): Result {
  const hasFailed = failsOnStderr && result.exitCode === 0 && result.stderr !== "";
  return hasFailed ? { ...result, exitCode: 1 } : result;
}

function nameOf(command: Command, machine: WorkingHost): string {
  if (machine.isQuestion(command)) return "read";
  const text = command.argv.join(" ");
  if (machine.commit.knows(command)) return command.stdin === undefined ? "confirm" : "arm";
  return text.includes("journal.jsonl") ? "journal" : text;
}

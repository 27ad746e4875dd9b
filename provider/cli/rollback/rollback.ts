import type { HistoryEntry } from "../backend/history";
import { CliError } from "../cliError";
import { compare } from "../clusters/difference";
import { type ClusterView, clusterView } from "../clusters/model";
import { changeLines } from "../clusters/words";
import type { Project } from "../project";
import type { Deployment } from "../state/checkpoint";
import { currentDeployment, decrypted, inTemporary, writeWorkspace } from "./decrypt";
import { plannedState, planRollback, type RollbackPlan } from "./plan";
import { selectTargets } from "./targets";

/** What a rollback is asked for. */
export interface RollbackRequest {
  /** The state to go back to. */
  readonly deployment: Deployment;
  /** How the state is named in messages: `update 3`. */
  readonly title: string;
  /** Directors, VIPs or virtual services that it is limited to; none: all. */
  readonly only: readonly string[];
  readonly message: string | undefined;
  readonly color: "always" | "never" | "raw" | "auto";
  /** Whether to stop after the preview. */
  readonly previewOnly: boolean;
  /** Asked after the preview; without it the update follows at once. */
  readonly confirm: (() => Promise<boolean>) | undefined;
  readonly say: (text: string) => void;
}

/** What a rollback did, or would do. */
export interface RollbackResult {
  /** False after a preview, and where somebody said no. */
  readonly isDone: boolean;
  /** What it does to the clusters, a line for each virtual service or other thing. */
  readonly changes: readonly string[];
  /** How many resources Pulumi creates, updates, deletes and leaves as they are. */
  readonly operations: Readonly<Record<string, number>>;
}

/** Brings the resources of this package back to what a state says, by an ordinary update. */
export async function rollBack(
  project: Project,
  request: RollbackRequest,
): Promise<RollbackResult> {
  const now = await currentDeployment(project, true);
  const plan = planRollback(await decrypted(project, request.deployment), now, project);
  for (const urn of plan.lost)
    request.say(
      `warning: until the next ordinary pulumi up, nothing depends on ${urn}: it is gone, or only its program can name it\n`,
    );
  const targets = selectTargets(plan, now, request.only);
  if (targets.length === 0)
    throw new CliError(
      `${request.title} has no resources of this package, and the stack has none now`,
    );
  return inTemporary(async (directory) => {
    writeWorkspace(project, directory, project.backend);
    const done = await update(project, directory, plan, targets, outputsOf(now), request);
    const views = [now, plannedState(plan, now, targets)].map(clusterView) as [
      ClusterView,
      ClusterView,
    ];
    return { ...done, changes: changeLines(compare(...views)) };
  });
}

async function update(
  project: Project,
  workDir: string,
  plan: RollbackPlan,
  target: string[],
  outputs: unknown,
  { title, message, color, previewOnly, confirm, say }: RollbackRequest,
): Promise<Pick<RollbackResult, "isDone" | "operations">> {
  const { CommandError, LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const { rollbackProgram } = await import("./program.js");
  // The providers of the update find the packages of the program, wherever this command was started.
  process.chdir(project.main);
  const stack = await LocalWorkspace.selectStack(
    {
      stackName: project.stackName,
      projectName: project.name,
      program: rollbackProgram(plan, outputs),
    },
    { workDir, envVars: { PULUMI_BACKEND_URL: project.backend } },
  );
  // What Pulumi prints is shown as it comes: the message of its error would show all of it once more.
  const shown = <T>(what: string, run: Promise<T>): Promise<T> =>
    run.catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      throw new CliError(`the ${what} failed: Pulumi says why above`);
    });
  const options = {
    onOutput: say,
    onError: say,
    target,
    color,
    message: message ?? `rollback to ${title}`,
  };
  const preview = await shown("preview", stack.preview({ ...options, diff: true }));
  if (previewOnly || (confirm && !(await confirm())))
    return { isDone: false, operations: preview.changeSummary };
  const { summary } = await shown("update", stack.up(options));
  return { isDone: true, operations: summary.resourceChanges ?? {} };
}

function outputsOf({ resources = [] }: Deployment): unknown {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** The latest update that succeeded, the last one of all left out: that is the one to go back from. */
export function lastGood(entries: readonly HistoryEntry[]): HistoryEntry {
  const changing = entries.filter(({ kind }) => kind === "update" || kind === "import");
  const last = changing.at(-1);
  const found = changing
    .slice(0, -1)
    .reverse()
    .find(({ result }) => result === "succeeded");
  if (last && found) return found;
  throw new CliError("the history has no update that succeeded before the last one");
}

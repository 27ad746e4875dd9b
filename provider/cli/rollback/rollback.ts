import type { HistoryEntry } from "../backend/history";
import { CliError } from "../cliError";
import { changeLines } from "../clusters/changeText";
import { compare } from "../clusters/comparison";
import { type ClusterView, clusterView } from "../clusters/model";
import type { Project } from "../project";
import type { Deployment } from "../state/checkpoint";
import { currentDeployment, decrypt, withTemporaryDirectory, writeWorkspace } from "./decrypt";
import { plannedState, planRollback, type RollbackPlan } from "./plan";
import { selectTargets } from "./targets";

/** The request for a rollback. */
export interface RollbackRequest {
  /** The state to go back to. */
  readonly deployment: Deployment;
  /** The name of the state in messages: `update 3`. */
  readonly title: string;
  /** The directors, VIPs or virtual services to roll back. An empty list means all. */
  readonly only: readonly string[];
  readonly message: string | undefined;
  readonly color: "always" | "never" | "raw" | "auto";
  /** Whether to stop after the preview. */
  readonly previewOnly: boolean;
  /** The question after the preview. @default - the update follows without a question */
  readonly confirm: (() => Promise<boolean>) | undefined;
  readonly say: (text: string) => void;
}

/** The result of a rollback or of its preview. */
export interface RollbackResult {
  /** Whether the update ran; false after a preview only, and after the answer "no". */
  readonly isDone: boolean;
  /** The changes to the clusters, a line for each virtual service or other thing. */
  readonly changes: readonly string[];
  /** The number of resources by operation: create, update, delete, same. */
  readonly operations: Readonly<Record<string, number>>;
}

/** Brings the resources of this package back to a state, by an ordinary Pulumi update. */
export async function rollBack(
  project: Project,
  request: RollbackRequest,
): Promise<RollbackResult> {
  const now = await currentDeployment(project, true);
  const plan = planRollback(await decrypt(project, request.deployment), now, project);
  for (const urn of plan.lostDependencies)
    request.say(
      `warning: until the next ordinary pulumi up, nothing depends on ${urn}: it is gone, or only its program can name it\n`,
    );
  const targets = selectTargets(plan, now, request.only);
  if (targets.length === 0)
    throw new CliError(
      `${request.title} has no resources of this package, and the stack has none now`,
    );
  return withTemporaryDirectory(async (directory) => {
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
  // The update's provider processes resolve packages from the working directory, which must be the program's directory.
  process.chdir(project.main);
  const stack = await LocalWorkspace.selectStack(
    {
      stackName: project.stackName,
      projectName: project.name,
      program: rollbackProgram(plan, outputs),
    },
    { workDir, envVars: { PULUMI_BACKEND_URL: project.backend } },
  );
  // Pulumi's output is shown while it runs, and the message of a CommandError would repeat all of the output.
  const withShortError = <T>(what: string, run: Promise<T>): Promise<T> =>
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
  const preview = await withShortError("preview", stack.preview({ ...options, diff: true }));
  if (previewOnly || (confirm && !(await confirm())))
    return { isDone: false, operations: preview.changeSummary };
  const { summary } = await withShortError("update", stack.up(options));
  return { isDone: true, operations: summary.resourceChanges ?? {} };
}

function outputsOf({ resources = [] }: Deployment): unknown {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** The latest successful update before the last update, because the last update is the one to undo. */
export function lastGood(entries: readonly HistoryEntry[]): HistoryEntry {
  const changing = entries.filter(({ kind }) => kind === "update" || kind === "import");
  const last = changing.at(-1);
  const good = changing
    .slice(0, -1)
    .reverse()
    .find(({ result }) => result === "succeeded");
  if (last && good) return good;
  throw new CliError("the history has no update that succeeded before the last one");
}

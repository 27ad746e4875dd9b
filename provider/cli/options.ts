import { CloudHistory } from "./backend/cloud";
import { FileHistory } from "./backend/files";
import type { History } from "./backend/history";
import { pathOf } from "./backend/url";
import { CliError } from "./cliError";
import { findProject, type Project } from "./project";

/** The options that every command takes, as `pulumi` does. */
export interface GlobalOptions {
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly color: "always" | "never" | "raw" | "auto";
}

export function projectOf({ cwd = ".", stack }: GlobalOptions): Promise<Project> {
  return findProject(cwd, stack);
}

/** The history of a stack, wherever its backend keeps it. */
export function historyOf(project: Project): History {
  const path = pathOf(project.backend);
  if (path !== undefined) return new FileHistory(project, path);
  if (/^https?:/.test(project.backend)) return new CloudHistory(project);
  throw new CliError(
    `the history on ${project.backend} cannot be read yet: give the checkpoint of an update with --from FILE`,
  );
}

import type { ColorChoice } from "./color";
import { findProject, type Project } from "./project";

/** The options of every command, named as those of `pulumi`. */
export interface GlobalOptions {
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly color: ColorChoice;
}

export function projectOf({ cwd = ".", stack }: GlobalOptions): Promise<Project> {
  return findProject(cwd, stack);
}

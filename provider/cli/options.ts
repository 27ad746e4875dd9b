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

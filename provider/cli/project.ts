import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { absoluteBackend } from "./backend/url";
import { CliError } from "./cliError";
import { pulumi } from "./pulumi";

/** A Pulumi program and the stack of a command. */
export interface Project {
  /** The directory of Pulumi.yaml. */
  readonly directory: string;
  readonly name: string;
  /** The directory from which the program's imports are resolved. */
  readonly main: string;
  /** The contents of Pulumi.yaml. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The last part of the stack's name, without the organization: `dev`. */
  readonly stack: string;
  /** The stack's name for Pulumi, with the organization in Pulumi Cloud: `acme/web/dev`. */
  readonly stackName: string;
  /** The URL of the program's backend, with an absolute path: `file:///srv/state`, `s3://bucket`. */
  readonly backend: string;
}

/** Finds the program in a directory or above, and the stack: the named stack, or the selected stack. */
export async function findProject(cwd: string, stack: string | undefined): Promise<Project> {
  const directory = projectDirectory(cwd);
  const settings = Object(parse(readFileSync(settingsFile(directory) as string, "utf8")));
  const [chosen, whoami] = await Promise.all([
    stack ?? pulumi(["stack", "--show-name"], directory).then((text) => text.trim()),
    pulumi(["whoami", "--json"], directory),
  ]);
  return {
    ...{ directory, settings, name: String(settings.name) },
    main: resolve(directory, mainDirectory(directory, settings.main)),
    stack: chosen.split("/").at(-1) as string,
    stackName: chosen,
    backend: absoluteBackend(String(JSON.parse(whoami).url), directory),
  };
}

/** The directory of Pulumi.yaml: the given directory or a directory above. */
export function projectDirectory(cwd: string): string {
  return directoryOf(resolve(cwd));
}

function directoryOf(start: string): string {
  if (settingsFile(start) !== undefined) return start;
  if (dirname(start) !== start) return directoryOf(dirname(start));
  throw new CliError(
    "there is no Pulumi.yaml here or above: run in a program's directory, or give --cwd",
  );
}

function settingsFile(directory: string): string | undefined {
  return ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]
    .map((name) => join(directory, name))
    .find(existsSync);
}

function mainDirectory(directory: string, main: unknown): string {
  if (typeof main !== "string") return ".";
  return existsSync(join(directory, main, "package.json")) ? main : dirname(main);
}

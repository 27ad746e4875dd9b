import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const PLUGIN = "pulumi-resource-command";

/** The directory of @pulumi/command's plugin on this machine, from PATH or from what Pulumi has downloaded. */
export function commandPlugin(): string | undefined {
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const downloads = join(home, "plugins");
  const downloaded = existsSync(downloads) ? readdirSync(downloads) : [];
  const directories = [
    ...(process.env.PATH ?? "").split(delimiter),
    ...downloaded.map((name) => join(downloads, name)),
  ];
  return directories.find((directory) => directory !== "" && existsSync(join(directory, PLUGIN)));
}

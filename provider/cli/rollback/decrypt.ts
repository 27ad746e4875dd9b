import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../project";
import { pulumi } from "../pulumi";
import { type Deployment, readDeployment } from "../state/checkpoint";
import { hasEncrypted } from "../state/secrets";

/** Runs something in a directory of its own, which only this user can read and which is removed at the end. */
export async function inTemporary<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes a project's settings, and those of its stack, for a workspace of its own. */
export function writeWorkspace(project: Project, directory: string, backend: string): void {
  const { stackConfigDir = ".", ...rest } = project.settings;
  const settings = { ...rest, main: project.main, backend: { url: backend } };
  writeFileSync(join(directory, "Pulumi.yaml"), JSON.stringify(settings));
  const stackSettings = `Pulumi.${project.stack}.yaml`;
  const given = join(project.directory, String(stackConfigDir), stackSettings);
  if (existsSync(given)) cpSync(given, join(directory, stackSettings));
}

/**
 * The state with its secrets in plain text, in memory only. Pulumi itself decrypts it: the encrypted state is imported
 * into an empty backend of its own, and exported with its secrets.
 */
export async function decrypted(project: Project, deployment: Deployment): Promise<Deployment> {
  if (!hasEncrypted(deployment.resources)) return deployment;
  return inTemporary(async (directory) => {
    const backend = join(directory, "backend");
    mkdirSync(backend);
    writeWorkspace(project, directory, `file://${backend}`);
    const file = join(directory, "encrypted.json");
    writeFileSync(file, JSON.stringify({ version: 3, deployment }));
    const env = { ...process.env, PULUMI_BACKEND_URL: `file://${backend}` };
    const stack = ["--stack", stackOf(deployment) ?? project.stack];
    await pulumi(["stack", "init", ...stack], directory, env);
    await pulumi(["stack", "import", "--file", file, ...stack], directory, env);
    const text = await pulumi(["stack", "export", "--show-secrets", ...stack], directory, env);
    return readDeployment(text, "the decrypted state");
  });
}

/** The name that the stack had when the state was written. */
function stackOf({ resources = [] }: Deployment): string | undefined {
  return /^urn:pulumi:(.+?)::/.exec(resources[0]?.urn ?? "")?.[1];
}

/** The state of the stack as it is now, with its secrets in plain text, in memory only. */
export async function currentDeployment(project: Project, secrets: boolean): Promise<Deployment> {
  const show = secrets ? ["--show-secrets"] : [];
  const text = await pulumi(
    ["stack", "export", "--stack", project.stackName, ...show],
    project.directory,
  );
  return readDeployment(text, "the state of the stack");
}

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../project";
import { pulumi } from "../pulumi";
import { type Deployment, readDeployment } from "../state/checkpoint";
import { hasEncrypted } from "../state/secrets";

/** Runs work with a temporary directory that only this user can read, and removes the directory at the end. */
export async function withTemporaryDirectory<T>(
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes the settings of a project and its stack into a directory, for another workspace. */
export function writeWorkspace(project: Project, directory: string, backend: string): void {
  const { stackConfigDir = ".", ...rest } = project.settings;
  const settings = { ...rest, main: project.main, backend: { url: backend } };
  writeFileSync(join(directory, "Pulumi.yaml"), JSON.stringify(settings));
  const stackSettings = `Pulumi.${project.stack}.yaml`;
  const source = join(project.directory, String(stackConfigDir), stackSettings);
  if (existsSync(source)) cpSync(source, join(directory, stackSettings));
}

/**
 * Decrypts the secrets of a state, in memory only. Pulumi does the decryption: the encrypted state is imported into an
 * empty temporary backend, and exported with `--show-secrets`.
 */
export async function decrypt(project: Project, deployment: Deployment): Promise<Deployment> {
  if (!hasEncrypted(deployment.resources)) return deployment;
  return withTemporaryDirectory(async (directory) => {
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

/** The name of the stack in the URNs of a state. */
function stackOf({ resources = [] }: Deployment): string | undefined {
  return /^urn:pulumi:(.+?)::/.exec(resources[0]?.urn ?? "")?.[1];
}

/** The current state of the stack, in memory only, with secrets in plain text when `secrets` is true. */
export async function currentDeployment(project: Project, secrets: boolean): Promise<Deployment> {
  const show = secrets ? ["--show-secrets"] : [];
  const text = await pulumi(
    ["stack", "export", "--stack", project.stackName, ...show],
    project.directory,
  );
  return readDeployment(text, "the state of the stack");
}

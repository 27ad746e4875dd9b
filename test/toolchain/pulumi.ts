import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheDir, cached } from "./cache";
import { command } from "./command";
import { progress, say } from "./progress";
import { buildPulumi, PULUMI_VERSION } from "./pulumiBuild";

export interface Pulumi {
  /** The directory of `pulumi` and its language host for Node. */
  binDir: string;
  /** What a run needs: PATH, and nothing asked of the network. */
  env: Record<string, string>;
}

const OLDEST = [3, 216] as const;
const LAUNCHER = "pulumi-resource-pulumi-nodejs";
const CONNECT_MS = 10_000;
const DOWNLOAD_MS = 180_000;

/** The Pulumi CLI: the one on PATH, else the cache's, else a download, else a build from source. */
export async function ensurePulumi(): Promise<Pulumi> {
  const binDir = (await onPath()) ?? withLauncher(await inCache());
  const launcher = existsSync(join(binDir, LAUNCHER)) ? binDir : withLauncher(cacheDir("launcher"));
  const path = new Set([binDir, launcher, process.env.PATH ?? ""]);
  return {
    binDir,
    env: {
      PATH: [...path].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_CONFIRMATIONS: "true",
    },
  };
}

async function onPath(): Promise<string | undefined> {
  const directories = (process.env.PATH ?? "").split(delimiter).filter((name) => name !== "");
  const holding = (program: string) =>
    directories.find((directory) => existsSync(join(directory, program)));
  const found = holding("pulumi");
  if (!found || !holding("pulumi-language-nodejs")) return undefined;
  return (await runs(found)) ? found : undefined;
}

async function inCache(): Promise<string> {
  return cached(cacheDir(`pulumi-${PULUMI_VERSION}`), async (directory) => {
    if (await download(directory)) return;
    await buildPulumi(directory);
    if (!(await runs(directory))) throw new Error("the Pulumi CLI was built, but does not run");
  });
}

/** Whether a directory's `pulumi` starts, and is of a version that we support. */
async function runs(binDir: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(join(binDir, "pulumi"), ["version"], {
      timeout: 20_000,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const [major = 0, minor = 0] = stdout.trim().replace(/^v/, "").split(".").map(Number);
    return major === OLDEST[0] && minor >= OLDEST[1];
  } catch {
    return false;
  }
}

/** Pulumi's own release. Where it cannot be had, the answer is false, and we build. */
async function download(directory: string): Promise<boolean> {
  const machine = process.arch === "arm64" ? "arm64" : "x64";
  const url = `https://get.pulumi.com/releases/sdk/pulumi-v${PULUMI_VERSION}-linux-${machine}.tar.gz`;
  try {
    const archive = join(directory, "pulumi.tar.gz");
    writeFileSync(archive, await progress(`downloading ${url}`, fetchWithin(url)));
    await command(["tar", "-xzf", archive, "--strip-components=1", "-C", directory]);
    await command(["rm", archive]);
    return await runs(directory);
  } catch (error) {
    say(`no download of Pulumi from ${url}: ${reason(error)}`);
    return false;
  }
}

async function fetchWithin(url: string): Promise<Buffer> {
  const abort = new AbortController();
  const connecting = setTimeout(() => abort.abort(new Error("no answer")), CONNECT_MS);
  const loading = setTimeout(() => abort.abort(new Error("too slow")), DOWNLOAD_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(connecting);
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(connecting);
    clearTimeout(loading);
  }
}

function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/**
 * The launcher of dynamic providers comes with the npm package, not executable. Next to `pulumi`, it is taken without
 * the warning that one on PATH gets.
 */
function withLauncher(directory: string): string {
  const packaged = join(dirname(require.resolve("@pulumi/pulumi/package.json")), LAUNCHER);
  const launcher = join(directory, LAUNCHER);
  if (existsSync(launcher)) return directory;
  mkdirSync(directory, { recursive: true });
  const unfinished = `${launcher}.${process.pid}`;
  copyFileSync(packaged, unfinished);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, launcher);
  return directory;
}

if (require.main === module) {
  ensurePulumi().then(
    ({ binDir }) => say(`pulumi is in ${binDir}`),
    (error: Error) => {
      say(error.message);
      process.exitCode = 1;
    },
  );
}

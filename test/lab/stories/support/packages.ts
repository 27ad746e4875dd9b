import { readFileSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Stack } from "../../../stack/stack";
import { cacheDir } from "../../../toolchain/cache";
import { command } from "../../../toolchain/command";

export const ROOT = resolve(__dirname, "../../../..");

const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const PULUMI = "@pulumi/pulumi";
const TYPESCRIPT = ["typescript", "@types/node"];

/** What `npm pack` makes of the checkout, which is built. */
export interface Packed {
  readonly file: string;
  /** The files in it. */
  readonly paths: readonly string[];
}

export async function pack(directory: string): Promise<Packed> {
  const where = ["--ignore-scripts", "--pack-destination", directory];
  const answer = await command(["npm", "pack", "--json", ...where], { cwd: ROOT });
  const [{ filename, files }] = JSON.parse(answer);
  return {
    file: join(directory, filename),
    paths: files.map((one: { path: string }) => one.path),
  };
}

/** How a project comes by our package, and of what sort its program is. */
export interface Way {
  readonly title: string;
  readonly program: string;
  readonly install: (project: string, packed: Packed) => Promise<unknown>;
}

const at = (name: string) => `${name}@${devDependencies[name]}`;
const PROGRAMS = "test/lab/programs/packages";
const NPM = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"];
const PNPM = [process.execPath, join(ROOT, "node_modules/pnpm/bin/pnpm.cjs"), "add"];
const PNPM_CACHES = ["--store-dir", cacheDir("pnpm", "store"), "--cache-dir", cacheDir("pnpm")];

const add = (program: readonly string[], project: string, packages: readonly string[]) =>
  command([...program, "--prefer-offline", ...packages], {
    cwd: project,
    doing: `installing ${packages.join(", ")}`,
  });

export const byNpm: Way = {
  title: "npm, in TypeScript",
  program: `${PROGRAMS}/typescript`,
  install: (project, { file }) => add(NPM, project, [file, ...[PULUMI, ...TYPESCRIPT].map(at)]),
};

export const byPnpm: Way = {
  title: "pnpm, in an ES module",
  program: `${PROGRAMS}/module`,
  install: (project, { file }) => add([...PNPM, ...PNPM_CACHES], project, [file, at(PULUMI)]),
};

export const byLink: Way = {
  title: "a link to the checkout, in CommonJS",
  program: `${PROGRAMS}/commonjs`,
  install: (project) => add(NPM, project, [ROOT, at(PULUMI)]),
};

/** A stack whose program is a project outside the checkout, with node_modules of its own. */
export async function freshProject({ program, install }: Way, packed: Packed): Promise<Stack> {
  const stack = await Stack.create({ program });
  rmSync(join(stack.program, "node_modules")); // those of the checkout
  try {
    await install(stack.program, packed);
    return stack;
  } catch (error) {
    stack.remove();
    throw error;
  }
}

/** The file that a project gets when it imports a package. */
export function importedBy({ program }: Stack, name: string): string {
  return createRequire(join(realpathSync(program), "index.js")).resolve(name);
}

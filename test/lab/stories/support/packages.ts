import { readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Stack } from "../../../stack/stack";
import { cacheDir } from "../../../toolchain/cache";
import { command } from "../../../toolchain/command";

export const ROOT = resolve(__dirname, "../../../..");

const { devDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
);
const PULUMI = "@pulumi/pulumi";
/** The oldest release that we promise to work with. */
const OLDEST_PULUMI = `${PULUMI}@${/\d+\.\d+\.\d+/.exec(peerDependencies[PULUMI])?.[0]}`;
const TYPESCRIPT = ["typescript", "@types/node"];

/** The package that `npm pack` makes of the built checkout. */
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

/** The installation of our package in a project, and the language of its program. */
export interface Way {
  readonly title: string;
  readonly program: string;
  /** Whose copy of our package it is. */
  readonly home: "the project" | "the checkout";
  readonly install: (project: string, packed: Packed) => Promise<unknown>;
}

const at = (name: string) => `${name}@${devDependencies[name]}`;
const PROGRAMS = "test/lab/programs/packages";

const npm = (project: string, ...packages: readonly string[]) =>
  command(["npm", "install", "--prefer-offline", "--ignore-scripts", "--no-audit", ...packages], {
    cwd: project,
    doing: `npm install in ${project}`,
  });

/** Installs packages with pnpm, where a package finds only its declared dependencies. */
async function strictPnpm(project: string, ...packages: readonly string[]) {
  const program = join(ROOT, "node_modules/pnpm/bin/pnpm.cjs");
  const caches = ["--store-dir", cacheDir("pnpm", "store"), "--cache-dir", cacheDir("pnpm")];
  const registry = await command(["npm", "config", "get", "registry"], { cwd: project });
  await command(
    [process.execPath, program, "add", "--no-hoist", "--prefer-offline", ...caches, ...packages],
    {
      cwd: project,
      env: { ...process.env, npm_config_registry: registry.trim() },
      doing: `pnpm add in ${project}`,
    },
  );
}

export const byNpm: Way = {
  title: "npm, in TypeScript",
  program: `${PROGRAMS}/typescript`,
  home: "the project",
  install: (project, { file }) => npm(project, file, ...[PULUMI, ...TYPESCRIPT].map(at)),
};

export const byPnpm: Way = {
  title: "pnpm, in an ES module, with the oldest Pulumi that is supported",
  program: `${PROGRAMS}/module`,
  home: "the project",
  install: (project, { file }) => strictPnpm(project, file, OLDEST_PULUMI),
};

export const byLink: Way = {
  title: "a link to the checkout, in CommonJS",
  program: `${PROGRAMS}/commonjs`,
  home: "the checkout",
  install: (project) => npm(project, ROOT, at(PULUMI)),
};

/** A stack whose program is a project outside the checkout, with node_modules of its own. */
export async function freshProject({ program, install }: Way, packed: Packed): Promise<Stack> {
  const stack = await Stack.create({ program, checksTypes: true });
  rmSync(join(stack.program, "node_modules")); // those of the checkout
  try {
    await install(stack.program, packed);
    return stack;
  } catch (error) {
    stack.remove();
    throw error;
  }
}

/** The file that a project gets when it imports our package, and a `require` for the imports of that file. */
export function importedBy({ program }: Stack) {
  const file = createRequire(join(realpathSync(program), "index.js")).resolve("pulumi-lvs");
  return { file, resolve: createRequire(file).resolve };
}

/** The expected files of the package: the built files of every source file. */
export function builtFiles(): string[] {
  return ["provider", "sdk"].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `dist/${top}/${name.slice(0, -".ts".length)}`)
      .flatMap((name) => [`${name}.js`, `${name}.d.ts`]),
  );
}

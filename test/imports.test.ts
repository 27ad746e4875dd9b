import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(__dirname, "..");

/** From the bottom to the top: a file imports from lower rows only, and from its own directory. */
const LAYERS = [
  ["provider/values", "provider/unknowns"],
  ["provider/ipvs", "provider/network"],
  ["provider/facts", "provider/parts"],
  ["provider/journal"],
  ["provider/host"],
  ["provider/kinds"],
  ["provider/check", "provider/diff"],
  ["provider/lifecycle"],
  ["provider/runtime"],
];
const IO = /^(node:|ssh2$)/;

interface Import {
  readonly from: string;
  /** A file of ours without its extension, or a package. */
  readonly to: string;
  /** Types vanish when the program is built: only what runs has a direction. */
  readonly isType: boolean;
}

const files = ["provider", "sdk"].flatMap((directory) =>
  readdirSync(join(ROOT, directory), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(directory, name).replace(/\.ts$/, "")),
);
const imports = files.flatMap(importsOf);
const running = imports.filter((one) => !one.isType);

function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, `${from}.ts`), "utf8");
  const statements = text.matchAll(
    /^(?:import|export) (type )?[^;"]*?from "([^"]+)"|(?:^import |\b(?:import|require|resolve)\()"([^"]+)"/gm,
  );
  return [...statements].map(([, type, name, bare]) => {
    const target = name ?? bare ?? "";
    return {
      from,
      to: target.startsWith(".") ? fileAt(from, target) : target,
      isType: type !== undefined,
    };
  });
}

function fileAt(from: string, target: string): string {
  const path = relative(ROOT, resolve(ROOT, dirname(from), target));
  return files.includes(path) ? path : `${path}/index`;
}

const subjectOf = (file: string) => file.split("/").slice(0, 2).join("/");
const heightOf = (file: string) => LAYERS.findIndex((layer) => layer.includes(subjectOf(file)));
const show = ({ from, to }: Import) => `${from} -> ${to}`;
const packageOf = ({ to }: Import) => /^(?:@[^/]+\/)?[^/]+/.exec(to)?.[0] ?? to;

describe("imports", () => {
  it("name a layer for every file of the engine", () => {
    const strays = files.filter((file) => file.startsWith("provider/") && heightOf(file) < 0);
    expect(strays.filter((file) => !file.startsWith("provider/cli/"))).toEqual([]);
  });

  it("go down", () => {
    const isUpward = ({ from, to }: Import) =>
      heightOf(to) >= heightOf(from) && subjectOf(to) !== subjectOf(from);
    const ours = running.filter(
      ({ from, to }) => heightOf(from) >= 0 && to.startsWith("provider/"),
    );
    expect(ours.filter(isUpward).map(show)).toEqual([]);
  });

  it("have no cycle", () => {
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(" -> ")];
      if (done.has(file)) return [];
      const next = running.filter(({ from }) => from === file).map(({ to }) => to);
      const found = next.flatMap((one) => visit(one, [...path, file]));
      done.add(file);
      return found;
    };
    const done = new Set<string>();
    expect(files.flatMap((file) => visit(file, []))).toEqual([]);
  });

  it("leave the engine out of what programs import, but for its values", () => {
    const engine = imports.filter(
      ({ from, to }) => from.startsWith("sdk/") && to.startsWith("provider/"),
    );
    const strange = engine.filter(({ to }) => !/^provider\/(values\/|runtime$)/.test(to));
    expect(strange.map(show)).toEqual([]);
  });

  it("leave input and output to provider/host", () => {
    const elsewhere = running.filter(
      ({ from, to }) => IO.test(to) && !/^provider\/(host|cli)\//.test(from),
    );
    expect(elsewhere.map(show)).toEqual([]);
  });

  it("come from packages that package.json declares, since with pnpm there are no others", () => {
    const { name, dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );
    const declared = [name, ...Object.keys({ ...dependencies, ...peerDependencies })];
    const used = imports.filter(({ to }) => !to.startsWith("node:") && !files.includes(to));
    expect(used.filter((one) => !declared.includes(packageOf(one))).map(show)).toEqual([]);
    expect(declared.filter((one) => !used.map(packageOf).includes(one))).toEqual([]);
  });

  it("name ssh2 in one file", () => {
    const users = running.filter(({ to }) => to === "ssh2").map(({ from }) => from);
    expect(users).toEqual(["provider/host/ssh"]);
  });
});

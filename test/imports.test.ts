import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(__dirname, "..");

/**
 * The layers from the bottom to the top. A file imports only from lower layers and from its own room. DEVELOPMENT.md
 * describes the rooms. A room may be listed before it has files.
 */
const LAYERS = [
  ["provider/values", "provider/unknowns"],
  ["provider/ipvs", "provider/network", "provider/system"],
  ["provider/nftables", "provider/keepalived"],
  ["provider/registry"],
  ["provider/journal"],
  ["provider/drain"],
  ["provider/host/connect"],
  ["provider/host/shell"],
  ["provider/host/batch", "provider/kinds"],
  ["provider/check"],
  ["provider/diff"],
  ["provider/slowStarting"],
  ["provider/draining"],
  ["provider/carryOut"],
  ["provider/healthWait", "provider/replacements", "provider/undeclared"],
  ["provider/lifecycle"],
  ["provider/runtime"],
  ["provider/cli"],
];
const IO = /^(node:|ssh2$)/;

interface Import {
  readonly from: string;
  /** The imported file without its extension, or the imported package. */
  readonly to: string;
  /** Whether only types are imported. The build removes types, so that they bring no input or output. */
  readonly isType: boolean;
}

const filesIn = (directory: string) =>
  readdirSync(join(ROOT, directory), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => join(directory, name).replace(/\.ts$/, ""));
const files = ["provider", "sdk"].flatMap(filesIn);
const known = new Set([...files, ...filesIn("test")]);
const imports = files.flatMap(importsOf);
const running = imports.filter(({ isType }) => !isType);

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
  const path = relative(ROOT, resolve(ROOT, dirname(from), target)).replace(/\.js$/, "");
  return known.has(path) ? path : `${path}/index`;
}

const roomOf = (file: string) => /^provider\/(?:host\/)?[^/]+/.exec(file)?.[0] ?? file;
const heightOf = (file: string) => LAYERS.findIndex((layer) => layer.includes(roomOf(file)));
const isElsewhere = ({ from, to }: Import) => roomOf(to) !== roomOf(from);
const show = ({ from, to }: Import) => `${from} -> ${to}`;
const packageOf = ({ to }: Import) => /^(?:@[^/]+\/)?[^/]+/.exec(to)?.[0] ?? to;

/** Finds the circles among imports, each as its files in order. */
function circlesAmong(all: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of all) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(" -> ")];
    if (done.has(file)) return [];
    const found = (next.get(file) ?? []).flatMap((to) => visit(to, [...path, file]));
    done.add(file);
    return found;
  };
  return [...next.keys()].flatMap((file) => visit(file, []));
}

describe("imports", () => {
  it("name a room for every file of the engine", () => {
    const strays = files.filter((file) => file.startsWith("provider/") && heightOf(file) < 0);
    expect(strays).toEqual([]);
  });

  it("go down, those of types too", () => {
    const isUpward = ({ from, to }: Import) => heightOf(to) >= heightOf(from);
    const between = imports.filter(({ to }) => to.startsWith("provider/")).filter(isElsewhere);
    const ours = between.filter(({ from }) => from.startsWith("provider/"));
    expect(ours.filter(isUpward).map(show)).toEqual([]);
  });

  it("enter a room of the host by its index", () => {
    const entering = imports
      .filter(isElsewhere)
      .filter(({ to }) => to.startsWith("provider/host/"));
    expect(entering.filter(({ to }) => !to.endsWith("/index")).map(show)).toEqual([]);
  });

  it("have no circle, those of types and of tests too", () => {
    expect(circlesAmong([...known].flatMap(importsOf))).toEqual([]);
  });

  it("are found to be a circle where they are one", () => {
    const type = { isType: true };
    const circle = [
      { from: "a", to: "b", ...type },
      { from: "b", to: "c", ...type },
      { from: "c", to: "b", ...type },
    ];
    expect(circlesAmong(circle)).toEqual(["b -> c -> b"]);
    expect(circlesAmong(circle.slice(0, 2))).toEqual([]);
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
    expect(used.filter((each) => !declared.includes(packageOf(each))).map(show)).toEqual([]);
    expect(declared.filter((each) => !used.map(packageOf).includes(each))).toEqual([]);
  });

  it("reach hosts from the command line in one command only, so that the others start at once", () => {
    const reaching = imports.filter(
      ({ from, to }) =>
        from.startsWith("provider/cli/") &&
        /^provider\/(host|kinds|registry|journal|lifecycle|runtime)\b/.test(to),
    );
    const others = reaching.filter(
      ({ from }) => !/^provider\/cli\/(show\/|commands\/show$)/.test(from),
    );
    expect(others.map(show)).toEqual([]);
    const users = imports.filter(({ to }) => to.startsWith("provider/cli/show/"));
    const strange = users.filter(
      ({ from }) => !/^provider\/cli\/(show\/|commands\/show$)/.test(from),
    );
    expect(strange.map(show)).toEqual([]);
  });

  it("name ssh2 in one file", () => {
    const users = running.filter(({ to }) => to === "ssh2").map(({ from }) => from);
    expect(users).toEqual(["provider/host/connect/ssh"]);
  });
});

import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../stack/stack";
import { command } from "../../toolchain/command";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { succeeded } from "./support/clusters";
import { diagnosticsOf } from "./support/diagnostics";
import {
  byLink,
  byNpm,
  byPnpm,
  freshProject,
  importedBy,
  type Packed,
  pack,
  ROOT,
} from "./support/packages";

const HOSTS = ["director1", "web1"];
const WAYS = [byNpm, byPnpm, byLink];
const TABLE = "-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 3\n";

describe("the package", () => {
  let lab: Lab;
  let directory: string;
  let packed: Packed;
  let before: readonly Baseline[];
  const projects = new Map<string, Stack>();

  const project = (title: string) => projects.get(title) as Stack;
  const observed = () => Promise.all(HOSTS.map((name) => observeHost(lab.host(name))));
  const differences = async () => {
    const after = await observed();
    return before.flatMap((baseline, index) => difference(baseline, after[index] as Baseline));
  };
  const table = () => lab.host("director1").mustRun("ipvsadm -Sn");

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-packed-"));
    packed = await pack(directory);
    lab = await startLab({ topology: "dr", hosts: HOSTS });
    await lab.host("director1").mustRun("modprobe ip_vs_rr");
    before = await observed();
    const hosts = HOSTS.map((name) => {
      const { host, port } = lab.connection(name);
      return [name, { host, port, hostKey: "accept-any" }];
    });
    const { privateKey } = lab.connection("director1");
    for (const way of WAYS) {
      const stack = await freshProject(way, packed);
      projects.set(way.title, stack);
      await stack.config({ hosts: Object.fromEntries(hosts) }, { privateKey });
    }
  });
  afterAll(async () => {
    await lab?.stop();
    for (const stack of projects.values()) stack.remove();
    if (directory) rmSync(directory, { recursive: true });
  });

  it("holds what is built, and no tests or sources", () => {
    const sources = ["provider", "sdk"].flatMap((top) =>
      readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `dist/${top}/${name.slice(0, -".ts".length)}`),
    );
    const built = packed.paths.filter((path) => path.startsWith("dist/"));
    const others = packed.paths.filter((path) => !path.startsWith("dist/"));
    expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    expect(built).toEqual(expect.arrayContaining(sources.map((source) => `${source}.js`)));
    expect(built).toEqual(expect.arrayContaining(sources.map((source) => `${source}.d.ts`)));
    expect(built.filter((path) => !/^dist\/(provider|sdk)\/.*\.(js|d\.ts)$/.test(path))).toEqual(
      [],
    );
    expect(built.filter((path) => path.includes("test"))).toEqual([]);
  });

  it.each(["Node10", "NodeNext"])(
    "has types that a strict program compiles against: %s",
    async (resolution) => {
      const { program } = project(byNpm.title);
      const module = resolution === "Node10" ? "CommonJS" : resolution;
      const how = ["--module", module, "--moduleResolution", resolution];
      await command([join(program, "node_modules/.bin/tsc"), "-p", ".", ...how], { cwd: program });
    },
  );

  describe.each(WAYS)("by $title", ({ title }) => {
    const isPacked = title !== byLink.title;

    it(`is taken from ${isPacked ? "the project" : "the checkout"}, with all it needs`, () => {
      const stack = project(title);
      const ours = importedBy(stack, "pulumi-lvs");
      const home = isPacked ? realpathSync(stack.program) : realpathSync(ROOT);
      const needs = ["@pulumi/pulumi", "ssh2", "zod", "ipaddr.js"].map(createRequire(ours).resolve);
      for (const file of [ours, ...needs]) expect(file.startsWith(`${home}/`), file).toBe(true);
      expect(importedBy(stack, "@pulumi/pulumi")).toContain(realpathSync(stack.program));
    });

    it("previews without touching a host", async () => {
      expect(await succeeded(project(title).preview())).toContain("+ 6 to create");
      expect(await differences()).toEqual([]);
    });

    it("brings the cluster up, and Pulumi hears its status and warnings", async () => {
      const run = await project(title).up("--json");
      await succeeded(Promise.resolve(run));
      expect(project(title).resources()).toHaveLength(5);
      expect(await table()).toBe(TABLE);
      const said = diagnosticsOf(run);
      const warnings = said.filter(({ severity }) => severity === "warning");
      console.log(
        JSON.stringify(
          said.filter(({ severity }) => severity !== "debug"),
          null,
          1,
        ),
        run.stderr,
      );
      expect(warnings).toHaveLength(HOSTS.length);
    });

    it("finds nothing to change", async () => {
      await succeeded(project(title).refresh("--expect-no-changes"));
      await succeeded(project(title).up("--expect-no-changes"));
    });

    it("takes it down, and leaves the hosts as before", async () => {
      await succeeded(project(title).destroy());
      expect(project(title).resources()).toEqual([]);
      expect(await differences()).toEqual([]);
    });
  });

  it("finds only what it declares, by pnpm", () => {
    const ours = createRequire(importedBy(project(byPnpm.title), "pulumi-lvs"));
    expect(() => ours.resolve("@grpc/grpc-js")).toThrow("Cannot find module");
  });
});

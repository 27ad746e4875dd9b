import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../stack/stack";
import { command } from "../../toolchain/command";
import type { LabHost } from "../host";
import { type Lab, startLab } from "../lab";
import { Baselines } from "./support/baselines";
import { succeeded } from "./support/clusters";
import { diagnosticsOf } from "./support/diagnostics";
import {
  builtFiles,
  byLink,
  byNpm,
  byPnpm,
  freshProject,
  importedBy,
  type Packed,
  pack,
  ROOT,
  type Way,
} from "./support/packages";

const HOSTS = ["director1", "web1"];
const WAYS = [byNpm, byPnpm, byLink];
const SERVICE = "::web-director1-tcp-192.0.2.80-80";
const TABLE = "-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 3\n";

/** A program before ipvsadm on the PATH: rows say what takes longer than a second. */
const SLOW = "/usr/local/sbin/ipvsadm";
const makeSlow = (host: LabHost) =>
  host.mustRun(
    `printf '#!/bin/sh\\nsleep 2\\nexec /usr/sbin/ipvsadm "$@"\\n' > ${SLOW} && chmod +x ${SLOW}`,
  );

describe("the package", () => {
  let lab: Lab;
  let directory: string;
  let packed: Packed;
  let before: Baselines;
  const projects = new Map<Way, Stack>();

  const project = (way: Way) => projects.get(way) as Stack;
  const reach = () => {
    const hosts = HOSTS.map((name) => {
      const { host, port } = lab.connection(name);
      return [name, { host, port, hostKey: "accept-any" }];
    });
    return Object.fromEntries(hosts);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-packed-"));
    packed = await pack(directory);
    const install = async (way: Way) => projects.set(way, await freshProject(way, packed));
    const start = async () => {
      lab = await startLab({ topology: "dr", hosts: HOSTS });
    };
    await Promise.all([start(), ...WAYS.map(install)]);
    const { privateKey } = lab.connection("director1");
    for (const stack of projects.values()) await stack.config({ hosts: reach() }, { privateKey });
    await lab.host("director1").mustRun("modprobe ip_vs_rr");
    before = await Baselines.take(lab, HOSTS);
  });
  afterAll(async () => {
    await lab?.stop();
    for (const stack of projects.values()) stack.remove();
    if (directory) rmSync(directory, { recursive: true });
  });

  it("holds what is built, and neither tests nor sources", () => {
    const built = packed.paths.filter((path) => path.startsWith("dist/"));
    const others = packed.paths.filter((path) => !path.startsWith("dist/"));
    expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    expect(built).toEqual(expect.arrayContaining(builtFiles()));
    const isBuilt = (path: string) => /^dist\/(provider|sdk)\/.+\.(js|d\.ts)$/.test(path);
    expect(built.filter((path) => !isBuilt(path))).toEqual([]);
    expect(built.filter((path) => path.includes("test"))).toEqual([]);
  });

  it("has types that a strict program compiles against", async () => {
    const { program } = project(byNpm);
    const modern = ["--module", "NodeNext", "--moduleResolution", "NodeNext"];
    await command([join(program, "node_modules/.bin/tsc"), "-p", program, ...modern]);
  });

  it("finds nothing that it does not declare, by pnpm", () => {
    const { resolve } = importedBy(project(byPnpm));
    expect(() => resolve("@grpc/grpc-js")).toThrow("Cannot find module");
  });

  for (const way of WAYS) {
    describe(`by ${way.title}`, () => {
      it(`is taken from ${way.home}, with all it needs`, () => {
        const home = realpathSync(way.home === "the checkout" ? ROOT : project(way).program);
        const { file, resolve } = importedBy(project(way));
        const needed = ["@pulumi/pulumi", "ssh2", "zod", "ipaddr.js"].map((name) => resolve(name));
        for (const one of [file, ...needed]) expect(one.startsWith(`${home}/`), one).toBe(true);
      });

      // The provider of a preview loads the package as that of an update does.
      it("previews the cluster", async () => {
        expect(await succeeded(project(way).preview())).toContain("+ 6 to create");
      });
    });
  }

  it("brings the cluster up, and tells Pulumi of its progress and warnings", async () => {
    await makeSlow(lab.host("director1"));
    const run = await project(byNpm).up("--json");
    await lab.host("director1").mustRun(`rm ${SLOW}`);
    await succeeded(Promise.resolve(run));
    expect(project(byNpm).resources()).toHaveLength(5);
    expect(await lab.host("director1").mustRun("ipvsadm -Sn")).toBe(TABLE);
    const told = diagnosticsOf(run);
    const unverified = told.filter(({ message }) => message.includes("is not verified"));
    expect(unverified.map(({ severity }) => severity)).toEqual(["warning", "warning"]);
    const statuses = told.filter(({ ephemeral, urn }) => ephemeral && urn?.includes(SERVICE));
    expect(statuses.map(({ message }) => message.trim())).toContain(
      "add tcp 192.0.2.80:80 with scheduler rr (and 1 more in the same service)",
    );
  });

  it("finds nothing to change", async () => {
    await succeeded(project(byNpm).refresh("--expect-no-changes"));
  });

  it("takes the cluster down, and leaves the hosts as before", async () => {
    await succeeded(project(byNpm).destroy());
    expect(project(byNpm).resources()).toEqual([]);
    expect(await before.differences()).toEqual([]);
  });
});

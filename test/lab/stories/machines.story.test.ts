import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { takeTrace } from "../../stack/trace";
import { type Lab, startLab } from "../lab";
import { waitUntil } from "../run";
import { connections } from "../traffic";
import { Baselines } from "./support/baselines";
import { succeeded } from "./support/clusters";
import { namesIn, said } from "./support/pieces";

const VIP = "192.0.2.80";
const HOSTS = ["director1", "web1", "web2"];

/** The numbers of the lines of Pulumi's output that match a pattern. */
function placesOf(text: string, pattern: RegExp): number[] {
  const lines = text.split("\n");
  const places = lines.flatMap((line, place) => (pattern.test(line) ? [place] : []));
  expect(places.length, text).toBeGreaterThan(0);
  return places;
}

/** A program without plain addresses: the machines and the VIP are resources of the same program. */
describe("a cluster on machines that its program creates", () => {
  let lab: Lab;
  let stack: Stack;
  let before: Baselines;
  let trace: string;
  let directory: string;

  const table = () => lab.host("director1").mustRun("ipvsadm -Sn");

  /** Waits until the program creates a resource, and returns the value to the program. */
  async function answer(name: string, value: () => Promise<object>, generation = 1) {
    const file = join(directory, `${name}.${generation}`);
    await waitUntil(`${name} is created`, async () => existsSync(`${file}.wanted`), 120_000, 100);
    writeFileSync(`${file}.new`, JSON.stringify(await value()));
    renameSync(`${file}.new`, `${file}.json`);
  }

  async function machine(name: string, address: string) {
    const { host, port, hostKey } = lab.connection(name);
    return { host, port, hostKey, address };
  }

  /** Starts a machine, which is off before the program creates it. */
  async function switchedOn(name: string, address: string) {
    await lab.host(name).powerOn(true);
    await lab.host(name).resume();
    await lab.host(name).waitForSsh();
    return machine(name, address);
  }

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["client", ...HOSTS] });
    stack = await Stack.create({ program: "test/lab/programs/machines" });
    directory = join(stack.directory, "created");
    trace = join(stack.directory, "trace");
    mkdirSync(directory);
    stack.env.PULUMI_LVS_TRACE = trace;
    await stack.config({ directory }, { privateKey: lab.connection("client").privateKey });
    before = await Baselines.take(lab, HOSTS);
    await lab.host("web2").kill();
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("is previewed before there is a machine", async () => {
    const diff = await succeeded(stack.preview());
    expect(diff).toContain("+ 14 to create");
    expect(diff).toMatch(
      /lvs:VirtualIp: \(create\)\s+\[urn=.*::web-public\]\s+address *: \[unknown\]/,
    );
    expect(takeTrace(trace)).toMatchObject({ connections: 0, batches: 0 });
  });

  it("is created with its machines, and after the resources that it depends on", async () => {
    const [all] = await Promise.all([
      succeeded(stack.up()),
      answer("gate", async () => ({})),
      answer("after", async () => ({})),
      answer("vip", async () => ({ address: VIP, port: 80, weight: 3 })),
      answer("director1", () => machine("director1", "192.0.2.2")),
      answer("web1", () => machine("web1", "192.0.2.11")),
      answer("web2", () => switchedOn("web2", "192.0.2.12")),
    ]);
    expect(await connections(lab, VIP, 80, 4)).toEqual({ web1: 2, web2: 2 });
    expect(await connections(lab, VIP, 443, 8)).toEqual({ web1: 2, web2: 6 });
    const [gate = 0] = placesOf(all, /\bgate created/);
    expect(Math.min(...placesOf(all, /lvs:\w+ web\S* creat/))).toBeGreaterThan(gate);
    const [after = 0] = placesOf(all, /\bafter creating/);
    expect(Math.max(...placesOf(all, /lvs:\w+ web\S* created/))).toBeLessThan(after);
  });

  it("has outputs that other programs read", async () => {
    const outputs = JSON.parse((await stack.must("stack", "output", "--json")).stdout);
    const host = `127.0.0.1:${lab.connection("director1").port}`;
    expect(outputs).toEqual({
      vips: [VIP],
      director: `${host} director`,
      services: {
        "director1-public-http": `${host} tcp ${VIP}:80`,
        "director1-tcp-public-443": `${host} tcp ${VIP}:443`,
      },
    });
  });

  it("is read back as it was declared", async () => {
    await succeeded(stack.refresh("--expect-no-changes"));
    await succeeded(stack.preview("--expect-no-changes"));
  });

  it("gets the new address of a machine that is replaced", async () => {
    await stack.config({ generations: { web2: 2 } });
    expect(await succeeded(stack.preview())).toMatch(/~ rip *: "192.0.2.12" => \[unknown\]/);
    const another = async () => {
      await lab.host("web2").mustRun("ip address add 192.0.2.22/24 dev eth1");
      return machine("web2", "192.0.2.22");
    };
    await Promise.all([succeeded(stack.up()), answer("web2", another, 2)]);
    expect(await table()).not.toContain("192.0.2.12");
    expect(await connections(lab, VIP, 443, 8)).toEqual({ web1: 2, web2: 6 });
    await succeeded(stack.refresh("--expect-no-changes"));
  });

  it("keeps its resources when it is renamed with an alias", async () => {
    const live = await table();
    await stack.config({ name: "www", options: { alias: "web", protect: true } });
    const run = await stack.up();
    expect(said(run)).not.toMatch(/lvs:\w+ \S+ (creat|delet|replac)/);
    expect(run.exitCode, said(run)).toBe(0);
    expect(namesIn(stack).filter((name) => !/^www(-|$)/.test(name))).toEqual([]);
    expect(await table()).toBe(live);
  });

  it("is not deleted while it is protected, nor are its resources", async () => {
    const live = await table();
    const children = stack.resources().filter(({ type }) => type.includes("dynamic/lvs:"));
    expect(children.map(({ protect }) => protect)).toEqual(children.map(() => true));
    const run = await stack.destroy();
    expect(run.exitCode).not.toBe(0);
    expect(said(run)).toMatch(/cannot be deleted\b[\s\S]*protect/);
    expect(await table()).toBe(live);
  });

  it("is destroyed before what it depends on, and leaves every machine as it was", async () => {
    await stack.config({ options: { alias: "web" } });
    await succeeded(stack.up());
    const all = await succeeded(stack.destroy());
    const [gate = 0] = placesOf(all, /\bgate deleting/);
    expect(Math.max(...placesOf(all, /lvs:\w+ www\S* deleted/))).toBeLessThan(gate);
    await lab.host("web2").mustRun("ip address del 192.0.2.22/24 dev eth1");
    expect(await before.differences()).toEqual([]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasDrift, type ShowView } from "../../../provider/cli/show/view";
import { type HeldConnection, holdConnection, type Watch, watchRefusals } from "../traffic";
import { Clusters, realServer, succeeded } from "./support/clusters";
import { lvs, watching } from "./support/command";

const HOSTS = ["director1", "web1", "web2"];
const MARKER = "MARKER-of-a-password";
const FOREIGN =
  "ipvsadm -A -t 192.0.2.99:9999 -s rr && ipvsadm -a -t 192.0.2.99:9999 -r 192.0.2.98";
const VIP = "192.0.2.80";

describe("the clusters of a stack in pulumi-lvs show", () => {
  let story: Clusters;
  let held: HeldConnection[];
  let clients: Watch<unknown>;

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: HOSTS, before: { director1: FOREIGN } });
    const hosts = HOSTS.map((name) => {
      const { host, port, hostKey } = story.lab.connection(name);
      return [name, { host, port, hostKey, password: MARKER }];
    });
    await story.stack.config({ hosts: Object.fromEntries(hosts) });
    await story.up({
      ...{ vips: [VIP], forwardingMethod: "dr", directors: [{ connection: "director1" }] },
      services: [{ port: 80, scheduler: "wrr" }],
      realServers: [realServer("web1", { weight: 3 }), realServer("web2")],
    });
    held = [await holdConnection(story.lab, VIP, 80), await holdConnection(story.lab, VIP, 80)];
    clients = await watchRefusals(story.lab, VIP, 80);
  });
  afterAll(async () => {
    await story?.end();
  });

  const nameOf = (host: string) => {
    const { host: address, port } = story.lab.connection(host);
    return `${address}:${port}`;
  };
  const show = async (exitCode: number, ...args: string[]) => {
    const run = await lvs(story.stack, ["show", ...args]);
    expect(run.exitCode, `${run.stdout}\n${run.stderr}`).toBe(exitCode);
    expect(secretsIn(run.stdout + run.stderr)).toEqual([]);
    return run.stdout;
  };
  const secretsIn = (text: string) => {
    const key = String(story.lab.connection("client").privateKey).split("\n");
    const all = [MARKER, ...key.filter((line) => line.length > 20 && !line.startsWith("---"))];
    return all.filter((secret) => text.includes(secret));
  };
  const view = async (exitCode = 0): Promise<ShowView> =>
    JSON.parse(await show(exitCode, "--json"));
  const serviceIn = ({ clusters }: ShowView) => clusters[0]?.directors[0]?.vips[0]?.services[0];

  it("show the connections and rates of their clients", async () => {
    // The kernel counts for some seconds before it has a rate.
    let seen = await view();
    while (!serviceIn(seen)?.rates?.connections) seen = await view();
    const service = serviceIn(seen);
    expect(service).toMatchObject({ name: "tcp 192.0.2.80:80", scheduler: "wrr", drift: [] });
    expect(service?.active).toBeGreaterThanOrEqual(held.length);
    expect(service?.inactive).toBeGreaterThan(0);
    expect(service?.rates?.bytesIn).toBeGreaterThan(0);
    const weights = service?.realServers.map(({ host, weight }) => [host, weight]);
    expect(weights).toEqual([
      [nameOf("web1"), 3],
      [nameOf("web2"), 1],
    ]);
    expect(hasDrift(seen)).toBe(false);
  });

  it("are shown as a tree, with what others manage in grey", async () => {
    const lines = (await show(0, "--color", "always")).split("\n");
    const find = (part: string) => lines.find((line) => line.includes(part)) ?? "";
    expect(lines[0]).toMatch(/stack dev of lvs-clusters +weight +active +inactive +conn\/s/);
    expect(find("vip 192.0.2.80")).toContain("on eth1");
    expect(find("192.0.2.11:80")).toMatch(/ dr {2}127\.0\.0\.1:\d+ +3( +\d+){5,7}$/);
    const others = lines.slice(lines.findIndex((line) => line.includes("managed by others")));
    expect(others.join("\n")).toContain("tcp 192.0.2.99:9999");
    expect(others.every((line) => line === "" || line.startsWith("\u001b[90m"))).toBe(true);
    expect(await show(0)).not.toContain("\u001b");
  });

  it("are watched on a terminal until a key is pressed, and as lines of JSON until a signal comes", async () => {
    const run = await watching(story.stack, "terminal", ["--watch", "1"], /█/, "q");
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain("\u001b[?1049h");
    expect(run.stdout.trimEnd().endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
    const piped = await watching(
      story.stack,
      "pipe",
      ["--watch", "1", "--json"],
      /\n.+\n/,
      "SIGTERM",
    );
    expect(piped.exitCode, piped.stderr).toBe(0);
    expect(piped.stdout).not.toContain("\u001b");
    const views: ShowView[] = piped.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(views.map((one) => serviceIn(one)?.name)).toContain("tcp 192.0.2.80:80");
    expect(secretsIn(run.stdout + run.stderr + piped.stdout + piped.stderr)).toEqual([]);
  });

  it("are drawn as SVG", async () => {
    const file = join(story.stack.directory, "clusters.svg");
    expect(await show(0, "--graph", file)).toBe("");
    const drawing = readFileSync(file, "utf8");
    for (const text of [
      "cluster web",
      nameOf("director1"),
      VIP,
      "wrr",
      "dr, weight 3",
      nameOf("web2"),
    ])
      expect(drawing).toContain(`>${text}</text>`);
    expect(secretsIn(drawing)).toEqual([]);
    expect(await show(0, "--graph", "-")).toContain("</svg>");
  });

  it("show what was changed by hand, on the director and on the machines", async () => {
    const { lab } = story;
    await lab.host("director1").mustRun("ipvsadm -e -t 192.0.2.80:80 -r 192.0.2.12 -g -w 9");
    await lab.host("director1").mustRun("ipvsadm -a -t 192.0.2.80:80 -r 192.0.2.77 -g -w 0");
    await lab.host("web1").mustRun("sysctl -qw net.ipv4.conf.eth1.arp_ignore=0");
    const tree = await show(1);
    expect(tree).toMatch(/192\.0\.2\.12:80 .* 9 .*\n.*! weight is 9, declared 1\n/);
    expect(tree).toMatch(/192\.0\.2\.77:80 .* 0 .*\n.*! not declared\n/);
    expect(tree).toMatch(
      /dr vip 192\.0\.2\.80 rip 192\.0\.2\.11\n.*! arpIgnore is 0, declared 1\n/,
    );
    await succeeded(story.stack.up("--refresh"));
    expect(await show(0)).not.toContain("!");
  });

  it("are shown without a host that is down, and a message names that host", async () => {
    await clients.stop();
    await story.lab.host("web2").kill();
    const seen = await view(2);
    const states = seen.hosts.map(({ host, state }) => [host, state]);
    expect(Object.fromEntries(states)).toEqual({
      ...{ [nameOf("director1")]: "reached", [nameOf("web1")]: "reached" },
      [nameOf("web2")]: "unreachable",
    });
    expect(serviceIn(seen)?.realServers.length).toBe(2);
    expect(await show(2)).toMatch(
      /real server 127\.0\.0\.1:\d+ {2}192\.0\.2\.12 {2}unreachable\n.*!/,
    );
  });
});

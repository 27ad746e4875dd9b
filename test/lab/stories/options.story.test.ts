import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { succeeded } from "./support/clusters";
import {
  director,
  namesIn,
  of,
  type Piece,
  PROGRAM,
  reach,
  said,
  virtualIp,
  virtualService,
} from "./support/pieces";

const VIP = "192.0.2.80";

/** One virtual service through all options that Pulumi has for a resource. After each, the kernel's table is looked at. */
describe("a virtual service with options of Pulumi", () => {
  let lab: Lab;
  let stack: Stack;
  let before: Baseline;

  const host = () => lab.host("director1");
  const connection = () => reach(lab, "director1");
  const web = (last: number, weight: number) => ({
    ...{ rip: `192.0.2.${last}`, weight, forwardingMethod: "dr" },
  });
  /** The program: the service with these weights of its two real servers, or with other arguments. */
  const http = (
    options: Piece["options"] = {},
    more: Piece["args"] = { realServers: [web(11, 1), web(12, 2)] },
    name = "http",
  ): Piece => {
    const dependsOn = { $ref: "director1" };
    const piece = virtualService(connection(), more, name);
    return { ...piece, options: { dependsOn, ...options } };
  };
  const weights = (one: number, other: number) => ({ realServers: [web(11, one), web(12, other)] });
  const program = (...pieces: Piece[]) => of(director(connection()), ...pieces);
  const up = (...pieces: Piece[]) => succeeded(stack.up(...program(...pieces)));
  const urnOf = (name: string) =>
    stack.resources().find(({ urn }) => urn.endsWith(`::${name}`))?.urn as string;
  const table = () => host().mustRun("ipvsadm -Sn");
  const shows = async (scheduler: string, ...lines: [last: number, weight: number][]) =>
    expect((await table()).split("\n").filter(Boolean).sort()).toEqual([
      `-A -t ${VIP}:80 -s ${scheduler}`,
      ...lines.map(([last, weight]) => `-a -t ${VIP}:80 -r 192.0.2.${last}:80 -g -w ${weight}`),
    ]);

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["director1"] });
    stack = await Stack.create({ program: PROGRAM });
    await stack.config({}, { privateKey: lab.connection("director1").privateKey });
    before = await observeHost(host());
    await up(http());
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("keeps weights that others set, with ignoreChanges of its real servers", async () => {
    await host().mustRun(`ipvsadm -e -t ${VIP}:80 -r 192.0.2.12 -g -w 7`);
    const ignoring = http(
      { ignoreChanges: ["realServers"] },
      { scheduler: "rr", ...weights(3, 3) },
    );
    await succeeded(stack.up("--refresh", ...program(ignoring)));
    await shows("rr", [11, 1], [12, 7]);
  });

  it("keeps the weight of one real server, with ignoreChanges of that alone", async () => {
    const ignoreChanges = ['realServers["192.0.2.12:80"].weight'];
    await up(http({ ignoreChanges }, weights(4, 5)));
    await shows("wlc", [11, 4], [12, 7]);
  });

  it("stays where it is when it is replaced: by command, by a taint, by replaceOnChanges", async () => {
    const urns = [urnOf("director1"), urnOf("http")];
    const replace = urns.flatMap((urn) => ["--replace", urn]);
    expect(await succeeded(stack.up(...replace, ...program(http())))).toMatch(/2 replaced/);
    await shows("wlc", [11, 1], [12, 2]);
    for (const urn of urns) await succeeded(stack.run("state", "taint", urn, "--yes"));
    expect(await up(http())).toMatch(/2 replaced/);
    await shows("wlc", [11, 1], [12, 2]);
    const replaceOnChanges = ["scheduler"];
    expect(await up(http({ replaceOnChanges }, { scheduler: "rr", ...weights(1, 2) }))).toMatch(
      /1 replaced/,
    );
    await shows("rr", [11, 1], [12, 2]);
    await succeeded(stack.refresh("--expect-no-changes"));
  });

  it("is replaced where the change of a real server asks for it, and stays there too", async () => {
    const replaceOnChanges = ["realServers"];
    const more = { scheduler: "rr", ...weights(3, 2) };
    expect(await up(http({ replaceOnChanges }, more))).toMatch(/1 replaced/);
    await shows("rr", [11, 3], [12, 2]);
  });

  it("stays there when an update was cut off before it deleted the original", async () => {
    const checkpoint = JSON.parse(stack.checkpoint());
    const { resources } = checkpoint.checkpoint.latest;
    const original = resources.find(({ urn }: { urn: string }) => urn === urnOf("http"));
    resources.push({ ...original, delete: true });
    stack.replaceCheckpoint(JSON.stringify(checkpoint));
    const more = { scheduler: "rr", ...weights(3, 2) };
    expect(await up(http({}, more))).toMatch(/VirtualService http deleted original/);
    await shows("rr", [11, 3], [12, 2]);
    expect(namesIn(stack)).toEqual(["director1", "http"]);
  });

  it("is changed alone with --target, and left out with --exclude", async () => {
    const all = program(http({}, weights(1, 1)), virtualIp(connection(), VIP));
    await succeeded(stack.up("--target", urnOf("http"), ...all));
    await shows("wlc", [11, 1], [12, 1]);
    expect(await host().mustRun("ip address")).not.toContain(VIP);
    const others = program(http({}, weights(9, 9)), virtualIp(connection(), VIP));
    await succeeded(stack.up("--exclude", urnOf("http"), ...others));
    await shows("wlc", [11, 1], [12, 1]);
    expect(await host().mustRun("ip address")).toContain(VIP);
  });

  it("stays while it is protected, also when the program has lost it", async () => {
    await up(http({ protect: true }, weights(1, 1)));
    for (const run of [await stack.up(...program()), await stack.destroy(...program())]) {
      expect(run.exitCode).not.toBe(0);
      expect(said(run)).toMatch(/cannot be deleted\b[\s\S]*protect/);
      await shows("wlc", [11, 1], [12, 1]);
    }
  });

  it("stays on the host with retainOnDelete, and is taken up again by the same resource", async () => {
    await up(http({ retainOnDelete: true }, weights(1, 1)));
    await up();
    expect(namesIn(stack)).toEqual(["director1"]);
    await shows("wlc", [11, 1], [12, 1]);
    const machine: Piece = { kind: "Later", name: "machine", args: { size: 1 } };
    await up(machine, http({ deletedWith: { $ref: "machine" } }, weights(2, 1)));
    await shows("wlc", [11, 2], [12, 1]);
  });

  it("is left to go with what it is deleted with", async () => {
    await up();
    expect(namesIn(stack)).toEqual(["director1"]);
    await shows("wlc", [11, 2], [12, 1]);
  });

  const renamed = () => http({ aliases: [{ name: "http" }] }, undefined, "www");

  it("gets another name with aliases, and nothing changes on the host", async () => {
    const changed = "awk '{ n += $3 + $4 } END { print n }' /proc/net/ip_vs_stats";
    await up(http());
    const seen = [await table(), await host().mustRun(changed)];
    expect(await up(renamed())).not.toMatch(/VirtualService .*(creat|replac|delet)/);
    expect(namesIn(stack)).toEqual(["director1", "www"]);
    expect([await table(), await host().mustRun(changed)]).toEqual(seen);
    const journal = await host().mustRun("cat /var/lib/pulumi-lvs/journal.jsonl");
    expect(journal.trim().split("\n").at(-2)).toContain("::www");
  });

  it("is gone after destroy with --run-program, and the host as before", async () => {
    await succeeded(stack.destroy("--run-program", ...program(renamed())));
    expect(stack.resources()).toEqual([]);
    expect(difference(before, await observeHost(host()))).toEqual([]);
  });
});

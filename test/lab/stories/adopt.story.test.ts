import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalFact } from "../../../provider/journal/file";
import { Stack } from "../../stack/stack";
import { answered } from "../../support/captures";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { succeeded } from "./support/clusters";
import { director, of, PROGRAM, reach, said, virtualIp, virtualService } from "./support/pieces";

const BY_HAND = `set -e; modprobe ip_vs_wlc; ipvsadm -A -t 192.0.2.80:80 -s rr -p 60
ipvsadm -a -t 192.0.2.80:80 -r 192.0.2.98 -g -w 4 -x 90 -y 30
ipvsadm -a -t 192.0.2.80:80 -r 192.0.2.97 -i -w 0
ip address add 192.0.2.81/32 dev eth1; ip address add 2001:db8:0:1::81/128 dev lo`;

const JOURNAL = "/var/lib/pulumi-lvs/journal.jsonl";

describe("a part that a host already has", () => {
  let lab: Lab;
  let stack: Stack;
  let other: Stack;
  let before: Baseline;

  const connection = () => reach(lab, "director1");
  const http = (more: object = {}) =>
    virtualService(connection(), {
      realServers: [{ rip: "192.0.2.11", forwardingMethod: "dr" }],
      ...more,
    });
  const host = () => lab.host("director1");
  const thresholds = () => host().mustRun("ipvsadm -Ln --thresholds");
  const claims = async () => {
    const stdout = await host().mustRun(`cat ${JOURNAL}`);
    return journalFact.parse([answered(stdout)]).journal;
  };
  const untouched = async () => expect(difference(before, await observeHost(host()))).toEqual([]);

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["director1"] });
    stack = await Stack.create({ program: PROGRAM });
    other = await stack.sibling("other");
    for (const one of [stack, other])
      await one.config({}, { privateKey: lab.connection("director1").privateKey });
    await host().mustRun(BY_HAND);
    before = await observeHost(host());
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("is a conflict, and is not changed", async () => {
    const run = await stack.up(...of(http()));
    expect(run.exitCode).not.toBe(0);
    expect(said(run)).toContain(
      "virtualService tcp 192.0.2.80:80 is there already, and unlike what is declared; nothing was changed",
    );
    expect(said(run)).toContain("or set adopt: true to take it over");
    await untouched();
  });

  it("is adopted with adopt: true; a VIP that is as declared is adopted without", async () => {
    await succeeded(stack.up(...of(http({ adopt: true }), virtualIp(connection(), "192.0.2.81"))));
    const table = await host().mustRun("ipvsadm -Sn");
    expect(table).toBe(
      "-A -t 192.0.2.80:80 -s wlc\n-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 1\n",
    );
  });

  it("belongs to the stack that adopted it: another stack is refused before any change", async () => {
    const [live, claimed] = [await observeHost(host()), await claims()];
    const run = await other.up(
      "--continue-on-error",
      ...of(
        director(connection()),
        http({ scheduler: "rr" }),
        virtualIp(connection(), "192.0.2.81"),
      ),
    );
    expect(run.exitCode).not.toBe(0);
    for (const part of ["virtualService tcp 192.0.2.80:80", "address 192.0.2.81/32"])
      expect(said(run)).toMatch(
        new RegExp(
          `${part} belongs to another stack: urn:pulumi:dev::lvs-pieces::.*nothing was changed`,
        ),
      );
    await succeeded(other.destroy());
    // Its file says who has come and who has left since.
    const isOfJournal = (line: string) => line.startsWith(`file ${JOURNAL}:`);
    const others = difference(live, await observeHost(host())).filter((one) => !isOfJournal(one));
    expect(others).toEqual([]);
    expect(await claims()).toEqual(claimed);
  });

  it("is restored by destroy", async () => {
    await succeeded(stack.destroy());
    expect(await thresholds()).toMatch(/192\.0\.2\.98:80 +90 +30 /);
    await untouched();
  });

  it("is restored to its interface and its lifetimes, if it is an IPv6 VIP on another interface", async () => {
    const address = "2001:db8:0:1::81";
    const args = {
      director: { connection: connection() },
      address,
      interface: "eth1",
      adopt: true,
    };
    await succeeded(stack.up(...of({ kind: "VirtualIp", name: "vip6", args })));
    const there = await host().mustRun(`ip -6 -o address show dev eth1 to ${address}`);
    expect(there).toContain("deprecated");
    await succeeded(stack.destroy());
    await untouched();
  });

  it("passes preview if its host is known only during the update", async () => {
    const { host, port, ...rest } = reach(lab, "director1");
    const later = { ...rest, host: { $later: host }, port: { $later: port } };
    const realServers = { $later: [{ rip: "192.0.2.11", forwardingMethod: "dr", weight: 6 }] };
    const program = of(
      director(later),
      virtualService(later, { vip: { $later: "192.0.2.85" }, realServers }),
      virtualIp({ $later: reach(lab, "director1", { privateKey: undefined }) }, "192.0.2.85"),
    );
    stack.env.PULUMI_LVS_PRIVATE_KEY = lab.connection("director1").privateKey;
    const preview = await succeeded(stack.preview(...program));
    expect(preview).toMatch(/lvs:VirtualService: \(create\)/);
    await succeeded(stack.up(...program));
    const table = await lab.host("director1").mustRun("ipvsadm -Sn");
    expect(table).toContain("-a -t 192.0.2.85:80 -r 192.0.2.11:80 -g -w 6");
    await succeeded(stack.destroy());
  });

  it("goes from an exclusive director when a preview has shown it, and what another stack declares stays", async () => {
    const exclusive = of({
      ...{ kind: "Director", name: "director1" },
      args: { connection: connection(), exclusive: true },
    });
    const declared = { kind: "VirtualService", name: "https" };
    const args = { director: { connection: connection() }, vip: "192.0.2.80", port: 443 };
    await succeeded(other.up(...of({ ...declared, args })));
    expect(await succeeded(stack.up(...exclusive))).toContain(
      "nobody declares tcp 192.0.2.80:80, and no preview has shown that yet",
    );
    await succeeded(stack.refresh(...exclusive));
    expect(await succeeded(stack.preview(...exclusive))).toMatch(
      /- tcp 192\.0\.2\.80:80: "rr -> 192\.0\.2\.9[78]:80, 192\.0\.2\.9[78]:80"/,
    );
    expect(await host().mustRun("ipvsadm -Sn")).toContain("-A -t 192.0.2.80:80 ");
    await host().mustRun("ipvsadm -A -u 192.0.2.80:53");
    await succeeded(stack.up(...exclusive));
    const left = (await host().mustRun("ipvsadm -Sn")).split("\n").filter(Boolean).sort();
    expect(left).toEqual(["-A -t 192.0.2.80:443 -s wlc", "-A -u 192.0.2.80:53 -s wlc"]);
    for (const one of [stack, other]) await succeeded(one.destroy());
    expect(await host().mustRun("ipvsadm -Sn")).toBe("-A -u 192.0.2.80:53 -s wlc\n");
  });
});

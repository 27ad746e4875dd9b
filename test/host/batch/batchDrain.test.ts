import { describe, expect, it } from "vitest";
import type { Change } from "../../../provider/host/batch/change";
import type { Snapshot } from "../../../provider/host/batch/snapshot";
import { UndoneChangeError } from "../../../provider/host/batch/undoneChangeError";
import type { EndpointKey } from "../../../provider/ipvs/model";
import { planClaims } from "../../../provider/journal/plan";
import { planReleases } from "../../../provider/journal/releases";
import { claim, owner, service, vip } from "../../support/claims";
import { aHost, errorOf, pendingRequest, wants } from "./support/requests";

const key: EndpointKey = { kind: "endpoint", protocol: "tcp", vip: "192.0.2.80", port: 80 };
const web1 = { service: key, realServer: { rip: "10.0.0.5", port: 80 } };
const NAME = "tcp 192.0.2.80:80 -> 10.0.0.5:80";
const LISTED = "TCP C0000250:0050 0A000005:0050";
const LINES = [
  "-A -t 192.0.2.80:80 -s rr",
  "-a -t 192.0.2.80:80 -r 10.0.0.5:80 -g -w 1 -x 0 -y 0",
] as const;
const web = owner("web");

/** A change that releases a virtual service once its real server has no connections. */
const leaves: Change = {
  ...wants(web, []),
  planClaims: ({ journal, facts }) => ({
    ...planClaims([], web, journal, facts, false),
    awaited: [web1],
  }),
  planReleases: ({ journal, facts }) => planReleases([], web, journal, facts),
};

function aDirector() {
  const director = aHost({ modules: ["ip_vs", "ip_vs_rr"] });
  claim(director.host, web, [service(...LINES)]);
  director.host.changes.length = 0;
  return director;
}

describe("a change that waits for connections", () => {
  it("is done in the same batch when there are none", async () => {
    const { host, shell, run } = aDirector();
    const request = pendingRequest(leaves);
    await run(request);
    expect(await request.outcome).not.toHaveProperty("draining");
    expect(host.table.saved()).toBe("");
    expect(host.claims()).toEqual({});
    expect(shell.roundTrips.length).toBe(3);
  });

  it("releases nothing while there are some, and says which", async () => {
    const { host, shell, run } = aDirector();
    host.connections.set(LISTED, 3);
    const request = pendingRequest(leaves);
    await run(request);
    const { draining } = (await request.outcome) as Snapshot;
    expect(draining?.realServers).toEqual([web1]);
    expect([...(draining?.counts ?? [])]).toEqual([[NAME, 3]]);
    expect(host.changes).toEqual([]);
    expect(Object.keys(host.claims())).toEqual(["virtualService tcp 192.0.2.80:80"]);
    expect(shell.isLocked).toBe(false);
  });

  it("does not hold up the releases and claims of others in its batch", async () => {
    const { host, shell, run } = aDirector();
    claim(host, owner("old"), [vip("192.0.2.81")]);
    host.connections.set(LISTED, 3);
    const [draining, going, coming] = [
      pendingRequest(leaves),
      pendingRequest(wants(owner("old"), [])),
      pendingRequest(wants(owner("new"), [vip("192.0.2.82")])),
    ];
    await run(draining, going, coming);
    expect(await draining.outcome).toHaveProperty("draining");
    for (const one of [going, coming]) {
      expect(await errorOf(one)).toBeUndefined();
      expect(await one.outcome).not.toHaveProperty("draining");
    }
    const { links } = host.facts();
    const addresses = JSON.stringify([...links.values()]);
    expect(addresses).toContain("192.0.2.82");
    expect(addresses).not.toContain("192.0.2.81");
    expect(shell.isLocked).toBe(false);
  });

  it("releases nothing when its connections cannot be counted", async () => {
    const { host, shell, run } = aDirector();
    const { run: answer } = host;
    const saved = host.table.saved();
    host.run = (command) =>
      command.stdin?.includes(LISTED)
        ? { stdout: "", stderr: "awk: not found", exitCode: 127 }
        : answer.call(host, command);
    const request = pendingRequest(leaves);
    await run(request);
    const error = await errorOf(request);
    expect(error).toBeInstanceOf(UndoneChangeError);
    expect(error?.message).toMatch(/cannot count the connections: awk: not found/);
    // The real servers that were quiesced have their weights again.
    expect(host.table.saved()).toBe(saved);
    expect(shell.isLocked).toBe(false);
  });
});

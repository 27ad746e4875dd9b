import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { succeeded } from "./support/clusters";
import { of, PROGRAM, reach, said } from "./support/pieces";

describe("the gateway of a real server that is managed through its RIP", () => {
  let lab: Lab;
  let stack: Stack;
  let before: Baseline;
  const web = () => lab.host("web1");

  /** By way of the director, which is in another network. */
  const gateway = () =>
    of({
      kind: "RealServerGateway",
      name: "web1",
      args: {
        rip: "198.51.100.11",
        dip: "198.51.100.12",
        connection: reach(lab, "web1", {
          ...{ host: "198.51.100.11", port: 22 },
          proxy: reach(lab, "director1"),
        }),
      },
    });

  beforeAll(async () => {
    lab = await startLab({ topology: "tun", hosts: ["director1", "router", "web1"] });
    stack = await Stack.create({ program: PROGRAM });
    await stack.config({}, { privateKey: lab.connection("web1").privateKey });
    before = await observeHost(web());
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("is refused where the management connection would be lost, before any change", async () => {
    const run = await stack.up(...gateway());
    expect(run.exitCode).not.toBe(0);
    expect(said(run)).toContain(
      "this host is managed from 192.0.2.2 through its address 198.51.100.11: with the director as the gateway of that " +
        "address, the management connection would be lost; nothing was changed",
    );
    expect(said(run)).toContain("or give it a route of its own to 192.0.2.2");
    expect(difference(before, await observeHost(web()))).toEqual([]);
  });

  it("is set where there is another way back, and the host can still be managed", async () => {
    await web().mustRun("ip route add 192.0.2.2 via 198.51.100.1");
    before = await observeHost(web());
    await succeeded(stack.up(...gateway()));
    const way = (to: string) => web().mustRun(`ip route get ${to} from 198.51.100.11`);
    expect(await way("203.0.113.1")).toContain("via 198.51.100.12");
    expect(await way("192.0.2.2")).toContain("via 198.51.100.1 ");
    await succeeded(stack.refresh("--expect-no-changes"));
    await succeeded(stack.destroy());
    expect(difference(before, await observeHost(web()))).toEqual([]);
  });
});

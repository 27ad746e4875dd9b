import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { ConnectionArgs } from "../../sdk";
import { run } from "./support/program";

/** The inputs of a director with a connection. */
async function connectionWith(connection: pulumi.Input<ConnectionArgs>): Promise<unknown> {
  const [director] = await run((lvs) => new lvs.Director("director1", { connection }));
  return director?.inputs.connection;
}

describe("a connection", () => {
  const all = {
    ...{ host: "director1", user: "admin", hostKey: "ssh-ed25519 AAAA", agentSocketPath: "/agent" },
    ...{ password: "p", privateKey: "k", privateKeyPassword: "kp" },
    sudo: { password: "sp" },
    proxy: { host: "jump", password: "jp", user: "ops" },
  };
  const marked = {
    ...{ host: "director1", user: "admin", hostKey: "ssh-ed25519 AAAA", agentSocketPath: "/agent" },
    ...{ password: { secret: "p" }, privateKey: { secret: "k" } },
    privateKeyPassword: { secret: "kp" },
    sudo: { secret: { password: "sp" } },
    proxy: { host: "jump", password: { secret: "jp" }, user: "ops" },
  };

  it("has its secrets marked, and nothing else", async () => {
    expect(await connectionWith(all)).toEqual(marked);
  });

  it("has none where there is none", async () => {
    expect(await connectionWith({ host: "director1", sudo: true })).toEqual({
      ...{ host: "director1", sudo: true },
    });
  });

  it("has them marked also when it is an output", async () => {
    expect(await connectionWith(pulumi.output(all) as pulumi.Input<ConnectionArgs>)).toEqual(
      marked,
    );
  });
});

describe("a resource", () => {
  const director = { connection: { host: "director1" } };

  it("tells the engine behind it its own URN", async () => {
    const [vip] = await run((lvs) => new lvs.VirtualIp("vip", { director, address: "192.0.2.80" }));
    expect(vip?.inputs.owner).toMatch(/^urn:pulumi:.*::pulumi-nodejs:dynamic\/lvs:VirtualIp::vip$/);
  });

  it("depends on its director, also beside what the program says", async () => {
    const all = await run((lvs) => {
      const one = new lvs.Director("one", director);
      const http = new lvs.VirtualService("http", { director: one, vip: "192.0.2.80", port: 80 });
      new lvs.VirtualIp("vip", { director: one, address: "192.0.2.80" }, { dependsOn: http });
      const later = pulumi.output([http]);
      new lvs.VirtualIp(
        "later",
        { director: one, address: "192.0.2.81" },
        { dependsOn: later as unknown as pulumi.Input<pulumi.Input<pulumi.Resource>[]> },
      );
      new lvs.RealServer("web1", {
        virtualService: http,
        rip: "192.0.2.11",
        forwardingMethod: "dr",
      });
    });
    const dependsOn = Object.fromEntries(all.map((one) => [one.name, one.dependsOn]));
    expect(dependsOn).toEqual({
      ...{ one: [], http: ["one"] },
      ...{ vip: ["http", "one"], later: ["http", "one"], web1: ["http"] },
    });
  });

  it("gives a RealServer what names its virtual service", async () => {
    const all = await run((lvs) => {
      const virtualService = new lvs.VirtualService("http", {
        director,
        vip: "192.0.2.80",
        port: 80,
      });
      new lvs.RealServer("web1", { virtualService, rip: "192.0.2.11", forwardingMethod: "dr" });
    });
    expect(all[1]?.inputs).toMatchObject({
      service: { protocol: "tcp", vip: "192.0.2.80", port: 80 },
      connection: { host: "director1" },
    });
  });

  describe("whose options ignore a value of one real server", () => {
    const list = [
      { rip: "2001:DB8::11", forwardingMethod: "dr" as const, weight: 2 },
      { rip: "2001:db8::12", forwardingMethod: "dr" as const },
    ];
    const registered = async (realServers: unknown, ignoreChanges: string[]) => {
      const more = { realServers: realServers as typeof list };
      const args = { director, vip: "2001:db8::80", port: 80, ...more };
      const [http] = await run((lvs) => new lvs.VirtualService("http", args, { ignoreChanges }));
      return http?.inputs.realServers;
    };
    const weight = 'realServers["[2001:db8::11]:80"].weight';

    it("has its real servers by name, as the state has them", async () => {
      const dr = { forwardingMethod: "dr", port: 80 };
      expect(await registered(list, [weight])).toEqual({
        "[2001:db8::11]:80": { ...dr, rip: "2001:db8::11", weight: 2 },
        "[2001:db8::12]:80": { ...dr, rip: "2001:db8::12" },
      });
      expect(await registered(list, ["realServers"])).toEqual(list);
    });

    it.each([
      ["is no real server", ["192.0.2.11"]],
      ["is there twice", [list[0], { ...list[0], rip: "2001:db8::11" }]],
      ["has an argument that is none", [{ ...list[0], wieght: 1 }]],
      ["has a value of another type", [{ ...list[0], weight: "1" }]],
      ["has no address", [{ ...list[0], rip: "web1" }]],
    ])("leaves them to the check where one %s", async (_, wrong) => {
      expect(await registered(wrong, [weight])).toEqual(wrong);
    });
  });

  it("is told from others, also when it comes from another copy of the package", async () => {
    await run((lvs) => {
      const one = new lvs.Director("one", director);
      expect(lvs.Director.isInstance(one)).toBe(true);
      expect(lvs.Director.isInstance({ connection: director.connection })).toBe(false);
    });
  });
});

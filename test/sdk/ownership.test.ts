import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { cluster, connection } from "./support/cluster";
import { later, refusalOf, run } from "./support/program";

describe("one thing with two owners", () => {
  const director = { connection };
  const service = { director, vip: "2001:db8::80", port: 80 };

  it("is refused: a VIP", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.VirtualIp("one", { director, address: "2001:db8::80" });
      new lvs.VirtualIp("two", { director, address: "2001:DB8:0::80" });
    });
    expect(await refused).toMatch(/"one" and "two" both declare the .*2001:db8::80.* director1/);
  });

  it.each([
    ["192.0.2.80", "192.0.2.80", "ARP"],
    ["2001:db8::80", "2001:DB8:0::80", "neighbour solicitations"],
  ])("is refused: the VIP %s on two directors", async (address, other, by) => {
    const refused = refusalOf((lvs) => {
      const second = { connection: { host: "director2", port: 2222 } };
      new lvs.VirtualIp("one", { director, address });
      new lvs.VirtualIp("two", { director: second, address: other });
    });
    expect(await refused).toBe(
      `"one" and "two" both declare the VIP ${address}, on director1 and on director2:2222: ` +
        `declare the address in one of them only, since two directors would both answer ${by} for it ` +
        "(a Cluster of both has one hold its vips; a network of its own needs a stack of its own)",
    );
  });

  it("is refused: a VIP on directors that the program creates", async () => {
    const host = later<string>();
    const program = (address: pulumi.Input<string>) =>
      refusalOf(
        (lvs) => {
          new lvs.VirtualIp("one", { director, address: "192.0.2.80" });
          new lvs.VirtualIp("two", { director: { connection: { host } }, address });
        },
        { isPreview: true },
      );
    expect(await program("192.0.2.80")).toMatch(
      /^"one" and "two" both declare the VIP 192\.0\.2\.80: declare the address in one of them only, since /,
    );
    expect(await program("192.0.2.81")).toBe("");
    expect(await program(later<string>())).toBe("");
  });

  it("is refused: a VIP of two clusters on different directors", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.Cluster("one", cluster);
      new lvs.Cluster("two", { ...cluster, directors: [{ connection: { host: "director2" } }] });
    });
    expect(await refused).toMatch(
      /^"one-192\.0\.2\.80" and "two-192\.0\.2\.80" both declare the VIP 192\.0\.2\.80, on director1 and on director2: /,
    );
  });

  it("is not refused: a VIP of one cluster with two directors", async () => {
    const directors = ["director1", "director2"].map((host) => ({ connection: { host } }));
    const refused = refusalOf((lvs) => void new lvs.Cluster("one", { ...cluster, directors }));
    expect(await refused).toBe("");
  });

  it("is not refused when one process runs the program again", async () => {
    const program = () =>
      refusalOf((lvs) => void new lvs.VirtualIp("vip", { director, address: "192.0.2.80" }));
    expect([await program(), await program()]).toEqual(["", ""]);
  });

  it("is not refused on two hosts that have one address behind different jump hosts", async () => {
    const refused = refusalOf((lvs) => {
      for (const host of ["paris", "tokyo"])
        new lvs.Director(host, { connection: { ...connection, proxy: { host } } });
    });
    expect(await refused).toBe("");
  });

  it("is refused: a virtual service, with its default protocol", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.VirtualService("one", service);
      new lvs.VirtualService("two", { ...service, protocol: "tcp" });
    });
    expect(await refused).toMatch(/"one" and "two" both declare the .*tcp \[2001:db8::80\]:80/);
  });

  it.each([
    ["D1.Example", "d1.example"],
    ["2001:DB8:0::1", "2001:db8::1"],
  ])("is refused: a director by two spellings of its host, %s and %s", async (one, other) => {
    const refused = refusalOf((lvs) => {
      for (const host of [one, other]) new lvs.Director(host, { connection: { host } });
    });
    expect(await refused).toBe(
      `"${one}" and "${other}" both declare the director on ${other}: declare it in one of them only`,
    );
  });

  it("is refused: a director of two clusters, which can share one", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.Cluster("one", { ...cluster, services: [] });
      new lvs.Cluster("two", { ...cluster, services: [], vips: ["192.0.2.81"] });
    });
    expect(await refused).toMatch(/both declare the director/);
  });

  it("is two things: other hosts, other ports, other protocols", async () => {
    const all = await run((lvs) => {
      new lvs.VirtualService("one", service);
      new lvs.VirtualService("two", { ...service, protocol: "udp" });
      new lvs.VirtualService("three", { ...service, port: 443 });
      const other = { connection: { host: "director1", port: 2222 } };
      new lvs.VirtualService("four", { ...service, director: other });
    });
    expect(all).toHaveLength(4);
  });
});

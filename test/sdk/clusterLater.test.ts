import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { unknown } from "../support/inputs";
import { later, output, type Registered, run } from "./support/program";

const connection = { host: later<string>() };

/** A cluster whose addresses are all outputs of the program's machines. */
const cluster: ClusterArgs = {
  vips: [{ name: "public", address: later() }],
  forwardingMethod: "dr",
  directors: [{ name: "one", connection }],
  services: [{ name: "http", port: later() }, { port: 443 }],
  realServers: [{ name: "web1", rip: later(), weight: later(), connection }, { rip: later() }],
};

async function preview(args: Partial<ClusterArgs> = {}): Promise<Map<string, Registered>> {
  const declare = { ...cluster, ...args };
  const all = await run((lvs) => new lvs.Cluster("web", declare), { isPreview: true });
  return new Map(all.map((resource) => [resource.name, resource]));
}

describe("a cluster whose addresses only the update knows", () => {
  it("previews all its resources, with the names that the program gives", async () => {
    const all = await preview();
    expect([...all.keys()]).toEqual([
      ...["web", "web-one", "web-web1-public"],
      ...["web-one-public-http", "web-one-tcp-public-443", "web-public"],
    ]);
  });

  it("is created in the same order as any other", async () => {
    const all = await preview();
    const order = Object.fromEntries([...all].map(([name, { dependsOn }]) => [name, dependsOn]));
    expect(order).toEqual({
      ...{ web: [], "web-one": [], "web-web1-public": [] },
      "web-one-public-http": ["web-one", "web-web1-public"],
      "web-one-tcp-public-443": ["web-one", "web-web1-public"],
      "web-public": ["web-one", "web-one-public-http", "web-one-tcp-public-443"],
    });
  });

  it("leaves what is not known to the update, and nothing else", async () => {
    const all = await preview();
    expect(all.get("web-one-public-http")?.inputs).toMatchObject({
      ...{ vip: unknown, port: unknown, protocol: "tcp", connection: { host: unknown } },
      realServers: [
        { rip: unknown, forwardingMethod: "dr", weight: unknown },
        { rip: unknown, forwardingMethod: "dr" },
      ],
    });
    expect(all.get("web-web1-public")?.inputs).toMatchObject({ vip: unknown, rip: unknown });
    expect(all.get("web-public")?.inputs).toMatchObject({ address: unknown });
  });

  it("has the names that plain values give, where there are some", async () => {
    const all = await preview({
      vips: ["192.0.2.80", { name: "public", address: "192.0.2.81" }],
      services: [
        { port: 80, scheduler: later() },
        { port: 443, vips: ["public"], name: "http" },
      ],
      realServers: [{ rip: [later(), "2001:db8::11"], connection }],
    });
    expect([...all.keys()].slice(2).sort()).toEqual([
      ...["web-192.0.2.80", "web-2001:db8::11-192.0.2.80", "web-2001:db8::11-public"],
      ...[
        "web-one-public-http",
        "web-one-tcp-192.0.2.80-80",
        "web-one-tcp-public-80",
        "web-public",
      ],
    ]);
  });

  it("has values during the update that are the ones it would have as plain values", async () => {
    const values = {
      ...{ vips: ["192.0.2.80"], services: [{ port: 80 }] },
      directors: [{ name: "one", connection: { host: "director1" } }],
      realServers: [{ name: "web1", rip: "192.0.2.11", connection: { host: "web1" } }],
    };
    const outputs = {
      vips: [{ name: "192.0.2.80", address: output("192.0.2.80") }],
      services: values.services,
      directors: [{ name: "one", connection: { host: output("director1") } }],
      realServers: [
        { name: "web1", rip: output("192.0.2.11"), connection: { host: output("web1") } },
      ],
    };
    const all = (args: Partial<ClusterArgs>) =>
      run((lvs) => new lvs.Cluster("web", { ...cluster, ...args }));
    const inOrder = (some: readonly Registered[]) =>
      [...some].sort((one, other) =>
        (one.inputs.owner ?? "") < (other.inputs.owner ?? "") ? -1 : 1,
      );
    expect(inOrder(await all(outputs))).toEqual(inOrder(await all(values)));
  });
});

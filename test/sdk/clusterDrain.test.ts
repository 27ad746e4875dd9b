import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { cluster } from "./support/cluster";
import { later, run } from "./support/program";

/** The drain and slow start of each resource of a cluster, by name. */
async function settings(more: Partial<ClusterArgs>) {
  const all = await run((lvs) => new lvs.Cluster("web", { ...cluster, ...more }), {
    isPreview: true,
  });
  return Object.fromEntries(
    all.map(({ name, inputs: { drain, slowStart } }) => [name, { drain, slowStart }]),
  );
}

describe("how a cluster drains", () => {
  const services = [
    { port: 80 },
    { port: 443, drain: false, slowStart: { seconds: 5 } },
    { port: 25, drain: { timeoutSeconds: 5 } },
  ];

  it("is that of its VIPs, and of its services that say nothing else", async () => {
    const found = await settings({ services, drain: { timeoutSeconds: 60 } });
    expect(found["web-192.0.2.80"]?.drain).toEqual({ timeoutSeconds: 60 });
    expect(found["web-director1-tcp-192.0.2.80-80"]?.drain).toEqual({ timeoutSeconds: 60 });
    expect(found["web-director1-tcp-192.0.2.80-443"]?.drain).toBe(false);
    expect(found["web-director1-tcp-192.0.2.80-25"]?.drain).toEqual({ timeoutSeconds: 5 });
  });

  it("is left out of resources where the cluster does not say it", async () => {
    const found = await settings({ services });
    const none = { drain: undefined, slowStart: undefined };
    expect(found["web-192.0.2.80"]).toEqual(none);
    expect(found["web-director1-tcp-192.0.2.80-80"]).toEqual(none);
  });

  it("has slow starts, which services can change", async () => {
    const found = await settings({ services, slowStart: { seconds: 60 } });
    expect(found["web-director1-tcp-192.0.2.80-80"]?.slowStart).toEqual({ seconds: 60 });
    expect(found["web-director1-tcp-192.0.2.80-443"]?.slowStart).toEqual({ seconds: 5 });
    expect(found["web-192.0.2.80"]?.slowStart).toBeUndefined();
  });

  it("can be known later", async () => {
    const drain = later<{ timeoutSeconds: number }>();
    const found = await settings({ services: [{ port: 80 }], drain });
    expect(found).toHaveProperty("web-192.0.2.80");
  });
});

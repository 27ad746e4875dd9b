import * as pulumi from "@pulumi/pulumi";
import * as lvs from "pulumi-lvs";

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
/** How to reach each host: { "director1": { "host": "192.0.2.2" }, "nginx1": { ... } } */
const hosts = config.requireObject<Record<string, lvs.ConnectionArgs>>("hosts");
const reach = (name: string): lvs.ConnectionArgs => ({
  ...(hosts[name] ?? { host: name }),
  privateKey,
});
/** The weight of each proxy; one that is not in the list is not in the cluster. */
const weights = config.requireObject<Record<string, number>>("weights");
const rips: Record<string, string> = {
  ...{ nginx1: "192.0.2.11", nginx2: "192.0.2.12" },
  ...{ haproxy1: "192.0.2.13", haproxy2: "192.0.2.14" },
};

const site = new lvs.Cluster("site", {
  vips: ["192.0.2.80"],
  forwardingMethod: "dr",
  directors: [{ name: "director1", connection: reach("director1") }],
  services: [{ port: 80 }, { port: 443 }],
  realServers: Object.entries(weights).map(([name, weight]) => ({
    name,
    rip: rips[name] ?? [],
    weight,
    connection: reach(name),
  })),
  // A page that each proxy answers itself, on its plain port.
  healthCheck: { type: "http", port: 80, path: "/healthz", intervalSeconds: 2, timeoutSeconds: 2 },
});

export const vips = site.vips;

import * as lvs from "pulumi-lvs";
import { connectionTo, realServers } from "./settings";

const site = new lvs.Cluster("site", {
  vips: ["192.0.2.80"],
  forwardingMethod: "dr",
  directors: [{ name: "director1", connection: connectionTo("director1") }],
  services: [{ port: 80 }, { port: 443 }],
  // The proxies are real servers.
  realServers: realServers({
    ...{ nginx1: "192.0.2.11", nginx2: "192.0.2.12" },
    ...{ haproxy1: "192.0.2.13", haproxy2: "192.0.2.14" },
  }),
  // A page that each proxy answers itself, on its plain port.
  healthCheck: { type: "http", port: 80, path: "/healthz", intervalSeconds: 2, timeoutSeconds: 2 },
});

export const vips = site.vips;

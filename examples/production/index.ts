import * as lvs from "pulumi-lvs";
import { connectionTo, realServers, vipOr } from "./settings";

const shop = new lvs.Cluster("shop", {
  vips: [vipOr("192.0.2.80")],
  forwardingMethod: "dr",
  // keepalived has the VIP on one director, and moves it with its connections when that director fails.
  directors: [
    { name: "director1", connection: connectionTo("director1"), address: "192.0.2.2" },
    { name: "director2", connection: connectionTo("director2"), address: "192.0.2.3" },
  ],
  failover: { preempt: false },
  services: [
    { port: 80, scheduler: "wrr" },
    // A client stays with its real server for five minutes.
    { port: 443, scheduler: "wrr", persistenceSeconds: 300, healthCheck: { type: "tcp" } },
  ],
  realServers: realServers({ web1: "192.0.2.11", web2: "192.0.2.12", web3: "192.0.2.13" }),
  // A real server gets clients while this page answers with a status of 200 to 299.
  healthCheck: { type: "http", path: "/health", intervalSeconds: 2, timeoutSeconds: 2 },
  waitForHealthy: { seconds: 60 },
  // A real server that leaves has a minute for the connections that it has.
  drain: { timeoutSeconds: 60 },
});

export const vips = shop.vips;

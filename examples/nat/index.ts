import * as lvs from "pulumi-lvs";
import { connectionTo, realServers, vipOr } from "./settings";

const web = new lvs.Cluster("web", {
  vips: [vipOr("198.51.100.80")],
  forwardingMethod: "nat",
  directors: [{ name: "director1", connection: connectionTo("director1") }],
  // The director's address on the inner network, through which the real servers reply.
  dip: "10.0.0.1",
  services: [
    { port: 80, scheduler: "wrr" },
    { port: 8080, realServerPort: 80, scheduler: "wlc" },
  ],
  realServers: realServers({ web1: "10.0.0.11", web2: "10.0.0.12", web3: "10.0.0.13" }),
});

export const vips = web.vips;

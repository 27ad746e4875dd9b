import * as lvs from "pulumi-lvs";
import { connectionTo, realServers, vipOr } from "./settings";

const web = new lvs.Cluster("web", {
  vips: [vipOr("192.0.2.80")],
  forwardingMethod: "tun",
  directors: [{ name: "director1", connection: connectionTo("director1") }],
  services: [{ port: 80, scheduler: "wrr" }, { port: 443 }],
  // The tunnels may cross routers: web3 is in another network.
  realServers: realServers({ web1: "198.51.100.11", web2: "198.51.100.12", web3: "203.0.113.13" }),
});

export const vips = web.vips;

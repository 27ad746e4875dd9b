import * as lvs from "pulumi-lvs";
import { connectionTo, realServers } from "./settings";

const web = new lvs.Cluster("web", {
  vips: ["192.0.2.80", "2001:db8:0:1::80"],
  forwardingMethod: "dr",
  directors: [{ name: "director1", connection: connectionTo("director1") }],
  services: [
    { port: 80, scheduler: "wrr" },
    { port: 80, protocol: "udp", scheduler: "sh", schedulerFlags: ["sh-fallback", "sh-port"] },
  ],
  // A real server of both families has an address of each.
  realServers: realServers({
    web1: ["192.0.2.11", "2001:db8:0:1::11"],
    web2: ["192.0.2.12", "2001:db8:0:1::12"],
    web3: ["192.0.2.13", "2001:db8:0:1::13"],
  }),
});

export const vips = web.vips;

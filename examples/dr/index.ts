import * as lvs from "pulumi-lvs";
import { connectionTo, realServers, vipOr } from "./settings";

const web = new lvs.Cluster("web", {
  vips: [vipOr("192.0.2.80")],
  forwardingMethod: "dr",
  directors: [{ name: "director1", connection: connectionTo("director1") }],
  services: [{ port: 80, scheduler: "wrr" }, { port: 443 }],
  realServers: realServers({ web1: "192.0.2.11", web2: "192.0.2.12", web3: "192.0.2.13" }),
});

export const vips = web.vips;

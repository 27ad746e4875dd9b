import { realServer } from "./clusters";
import type { Survival } from "./survival";

const vip = "192.0.2.80";

/** Direct routing on hosts of which each has another network manager. */
export const THREE_MANAGERS: Survival = {
  topology: "dr",
  vip,
  managers: { director1: "networkd", web1: "nm", web2: "ifupdown" },
  reboots: ["director1", "web2"],
  cluster: {
    vips: [vip],
    forwardingMethod: "dr",
    directors: [{ connection: "director1" }],
    services: [{ port: 80, scheduler: "rr" }],
    realServers: [realServer("web1"), realServer("web2")],
  },
};

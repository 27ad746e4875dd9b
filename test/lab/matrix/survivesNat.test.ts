import { tellSurvival } from "../stories/support/survival";

const vip = "198.51.100.80";

tellSurvival("network address translation, with NetworkManager on the director", {
  topology: "nat",
  vip,
  managers: { director1: "nm", web1: "networkd" },
  reboots: ["web1"],
  cluster: {
    vips: [vip],
    forwardingMethod: "nat",
    dip: "10.0.0.1",
    directors: [{ connection: "director1" }],
    services: [{ port: 80, scheduler: "rr" }],
    realServers: [{ name: "web1", rip: "10.0.0.11", connection: "web1" }],
  },
});

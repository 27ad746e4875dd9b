import { tellSurvival } from "../stories/support/survival";

const vip = "192.0.2.80";

tellSurvival("tunnels, with ifupdown on the director", {
  topology: "tun",
  vip,
  managers: { director1: "ifupdown", web1: "networkd" },
  others: ["router"],
  reboots: ["director1"],
  cluster: {
    vips: [vip],
    forwardingMethod: "tun",
    directors: [{ connection: "director1" }],
    services: [{ port: 80, scheduler: "rr" }],
    realServers: [
      {
        name: "web1",
        rip: "198.51.100.11",
        connection: "web1",
        replyGateway: "198.51.100.1",
      },
    ],
  },
});

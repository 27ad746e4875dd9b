import { tellWholeStory } from "./support/wholeStory";

tellWholeStory(
  "network address translation, by a user whose only right is what `pulumi-lvs sudoers` prints",
  {
    program: "examples/nat",
    topology: "nat",
    hosts: ["client", "director1", "web1", "web2"],
    modules: { director1: ["ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_wlc"] },
    sudoer: "nosudo",
    vip: "198.51.100.80",
    option: "-m",
    rip: (name) => `10.0.0.1${name.slice(-1)}`,
    other: { protocol: "tcp", port: 8080 },
    services: 2,
    undo: {
      host: "director1",
      line: "sysctl -w net.ipv4.conf.eth2.forwarding=0",
      shows: /~ forwarding\s*: false => true/,
    },
  },
);

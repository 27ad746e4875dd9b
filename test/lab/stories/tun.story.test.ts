import { tellWholeStory } from "./support/wholeStory";

tellWholeStory("tunnelling", {
  program: "examples/tun",
  topology: "tun",
  hosts: ["client", "director1", "router", "web1", "web2"],
  modules: {
    director1: ["ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_wlc"],
    web1: ["ipip"],
    web2: ["ipip"],
  },
  // The VIP has to be on an interface whose source check is loose under every conf.all; hosts have 0 otherwise.
  before: {
    web1: "sysctl -qw net.ipv4.conf.all.rp_filter=1",
    web2: "sysctl -qw net.ipv4.conf.all.rp_filter=2",
  },
  vip: "192.0.2.80",
  option: "-i",
  rip: (name) => (name === "web3" ? "203.0.113.13" : `198.51.100.1${name.slice(-1)}`),
  other: { protocol: "tcp", port: 443 },
  services: 2,
  undo: {
    host: "web1",
    line: "sysctl -w net.ipv4.conf.lvs4-c633640b.rp_filter=0",
    shows: /~ rpFilter\s*: 0 => 2/,
  },
});

import { docsPage, printedBlock } from "./support/readme";
import { tellWholeStory } from "./support/wholeStory";

tellWholeStory("direct routing, with hosts of two Debian releases", {
  program: "examples/dr",
  topology: "dr",
  hosts: ["client", "director1", "web1", "web2"],
  releases: { web2: 13 },
  modules: { director1: ["ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_wlc"] },
  vip: "192.0.2.80",
  option: "-g",
  rip: (name) => `192.0.2.1${name.slice(-1)}`,
  other: { protocol: "tcp", port: 443 },
  services: 2,
  undo: {
    host: "web1",
    line: "sysctl -w net.ipv4.conf.eth1.arp_ignore=0",
    shows: /~ arpIgnore\s*: 0 => 1/,
  },
  drift: printedBlock(docsPage("drift.md"), "arpIgnore: 0 => 1"),
});

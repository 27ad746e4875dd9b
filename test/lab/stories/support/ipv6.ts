import type { Whole } from "./wholeStory";

/** The example ipv6. */
export const ipv6: Whole = {
  program: "examples/ipv6",
  topology: "dr",
  hosts: ["client", "director1", "web1", "web2"],
  modules: { director1: ["ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_sh"] },
  vip: "2001:db8:0:1::80",
  option: "-g",
  rip: (name) => `2001:db8:0:1::1${name.slice(-1)}`,
  other: { protocol: "udp", port: 80 },
  services: 4,
  undo: {
    host: "web1",
    line: "ip -6 address delete 2001:db8:0:1::80/128 dev lo",
    shows: /~ vip\s*: "absent" => "present"/,
  },
};

import { describe } from "vitest";
import { tellDraining } from "../stories/support/draining";

describe("real servers that come and go under load, tunnels", () => {
  tellDraining({
    topology: "tun",
    hosts: ["director1", "router", "web1", "web2"],
    vip: "192.0.2.80",
    rips: ["198.51.100.11", "198.51.100.12", "198.51.100.22"],
  });
});

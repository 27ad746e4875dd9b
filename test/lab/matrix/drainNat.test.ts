import { describe } from "vitest";
import { tellDraining } from "../stories/support/draining";

describe("real servers that come and go under load, network address translation", () => {
  tellDraining({
    topology: "nat",
    hosts: ["director1", "web1", "web2"],
    vip: "198.51.100.80",
    rips: ["10.0.0.11", "10.0.0.12", "10.0.0.22"],
    more: { dip: "10.0.0.1" },
  });
});

import { describe } from "vitest";
import { tellDraining } from "./support/draining";

describe("real servers that come and go under load, direct routing", () => {
  tellDraining({
    topology: "dr",
    hosts: ["director1", "web1", "web2"],
    vip: "192.0.2.80",
    rips: ["192.0.2.11", "192.0.2.12", "192.0.2.22"],
  });
});

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { LISTENER } from "../../../provider/keepalived/vrrp/listener";

describe("the program that listens", () => {
  it("is one that perl reads, and that the shell can have within single quotes", () => {
    const { status, stderr } = spawnSync("perl", ["-c", "-e", LISTENER], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, "-e syntax OK\n"]);
    expect(LISTENER).not.toContain("'");
  });
});

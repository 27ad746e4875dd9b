import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { requireSystemd, requireTools, toolsFact } from "../../provider/network/tools";
import { factOf } from "../support/captures";

describe("toolsFact", () => {
  it("finds the programs on root's PATH", () => {
    expect([...factOf("directorClean", "tools")]).toEqual([
      ...["ipvsadm", "ip", "modprobe", "sysctl", "arping", "awk"],
    ]);
  });
});

describe("requireSystemd", () => {
  it("is content where the host was booted with systemd, and names the way out elsewhere", () => {
    expect(() => requireSystemd(new Set(["ip", "systemd"]))).not.toThrow();
    expect(() => requireSystemd(new Set(["ip"]))).toThrow(
      /does not run systemd.*; nothing was changed\. Set persist: false/,
    );
  });

  it("hears of systemd from the same command", () => {
    const [, , text = ""] = toolsFact.commands[0]?.argv ?? [];
    const asked = (directory: string) => {
      const { stdout } = spawnSync("sh", ["-c", text.replace("/run/systemd/system", directory)]);
      return toolsFact.parse([{ stdout: String(stdout), stderr: "", exitCode: 0 }]);
    };
    expect(asked("/").has("systemd")).toBe(true);
    expect(asked("/nowhere").has("systemd")).toBe(false);
  });
});

describe("requireTools", () => {
  it("accepts a host with all needed tools", () => {
    expect(() => requireTools(new Set(["ip", "sysctl"]), "ip", "sysctl")).not.toThrow();
  });

  it("names every missing tool with its package", () => {
    expect(() => requireTools(new Set(["ip"]), "ip", "ipvsadm", "arping")).toThrow(
      "ipvsadm, arping is missing on this host; nothing was changed. Install the package ipvsadm, iputils-arping (RHEL: iputils)",
    );
  });
});

import { describe, expect, it } from "vitest";
import { requireTools } from "../../provider/network/tools";
import { factOf } from "../support/captures";

describe("toolsFact", () => {
  it("finds what is on the PATH of root", () => {
    expect([...factOf("directorClean", "tools")]).toEqual([
      ...["ipvsadm", "ip", "modprobe", "sysctl", "arping", "awk"],
    ]);
  });
});

describe("requireTools", () => {
  it("is content with what is there", () => {
    expect(() => requireTools(new Set(["ip", "sysctl"]), "ip", "sysctl")).not.toThrow();
  });

  it("names everything that is missing, and its package", () => {
    expect(() => requireTools(new Set(["ip"]), "ip", "ipvsadm", "arping")).toThrow(
      "ipvsadm, arping is missing on this host; nothing was changed. Install the package ipvsadm, iputils-arping (RHEL: iputils)",
    );
  });
});

import { describe, expect, it } from "vitest";
import { sysctlType } from "../../provider/network/sysctlPart";
import { interfaceSysctl } from "../../provider/network/sysctls";
import { factOf } from "../support/captures";

describe("sysctlType", () => {
  const id = interfaceSysctl("ipv4", "eth1", "arp_ignore");

  it("reads, and sets by path, since the name of an interface may have dots", () => {
    expect(sysctlType.read(factOf("realServerEverything", "sysctls"), id)).toBe("1");
    expect(sysctlType.set(id, "1", "0")).toEqual([
      {
        run: { argv: ["sysctl", "-q", "-w", "net/ipv4/conf/eth1/arp_ignore=1"] },
        description: "set net/ipv4/conf/eth1/arp_ignore from 0 to 1",
      },
    ]);
  });

  it("cannot be made absent, and is no conflict", () => {
    expect(sysctlType.unset(id, "1")).toEqual([]);
    expect(sysctlType.takesOver).toBe(true);
  });
});

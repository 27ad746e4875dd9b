import { describe, expect, it } from "vitest";
import { modulesFact, moduleType } from "../../provider/network/modules";
import { answered, factOf, factsOf } from "../support/captures";

describe("modulesFact", () => {
  it("reads what is loaded, and a built-in module as well", () => {
    const modules = factOf("directorCluster", "modules");
    for (const name of ["ip_vs", "ip_vs_wrr", "nf_conntrack"]) expect(modules).toContain(name);
    // kernel/crypto/crc32c_generic.ko of modules.builtin
    expect(modules).toContain("crc32c_generic");
    expect(modules).not.toContain("ip_vs_rr");
  });

  it("loads none by looking", () => {
    for (const capture of ["directorClean", "newerDirectorClean"] as const)
      expect(factOf(capture, "modules")).not.toContain("ip_vs");
  });

  it("reads whole lines of /proc/modules, and what a module needs", () => {
    const modules = modulesFact.parse([
      answered(`ip_vs_rr 16384 1 - Live 0x0000000000000000
ip_vs 188416 3 ip_vs_rr, Live 0x0000000000000000
kernel/net/netfilter/ipvs/ip_vs.ko: kernel/net/netfilter/nf_conntrack.ko kernel/lib/libcrc32c.ko
`),
    ]);
    expect([...modules]).toEqual(["ip_vs_rr", "ip_vs"]);
    expect(modules.dependencies.get("ip_vs")).toEqual(["libcrc32c", "nf_conntrack"]);
  });

  it("takes a dash and an underscore for one", () => {
    const modules = modulesFact.parse([answered("kernel/net/netfilter/nf-conntrack.ko\n")]);
    expect(modules).toContain("nf_conntrack");
  });
});

describe("moduleType", () => {
  it("is there when it is loaded", () => {
    expect(moduleType.read(factsOf("directorCluster"), "ip_vs")).toBe("loaded");
    expect(moduleType.read(factsOf("directorClean"), "ip_vs")).toBeUndefined();
  });

  it("is loaded by modprobe, and may stay when somebody uses it", () => {
    const [load] = moduleType.set("ipip", "loaded", undefined);
    expect(load?.run.argv).toEqual(["modprobe", "ipip"]);
    expect(moduleType.unset("ipip", "loaded").every((step) => step.mayFail)).toBe(true);
  });
});

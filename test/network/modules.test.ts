import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modulesFact, neededModulesFact } from "../../provider/network/modules";
import type { Command } from "../../provider/values/command";
import { answered, factOf } from "../support/captures";

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

describe.each(["sh", "bash"])("the commands of facts of modules, read by %s", (shell) => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "pulumi-lvs-modules-"));
    for (const one of ["lib/6.1.0", "sys/ip_vs", "sys/ip_vs_rr", "sys/ext4"])
      mkdirSync(join(root, one), { recursive: true });
    const files = {
      modules: "ip_vs_rr 16384 1 - Live 0x0\nip_vs 188416 3 ip_vs_rr, Live 0x0\n",
      osrelease: "6.1.0\n",
      "lib/6.1.0/modules.builtin": "kernel/crypto/crc32c_generic.ko\n",
      "lib/6.1.0/modules.dep":
        "kernel/net/ip_vs.ko: kernel/lib/libcrc32c.ko\nkernel/drivers/nic.ko: kernel/lib/mdio.ko\n",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  function ask({ argv }: Command, loaded = join(root, "modules")) {
    const [, ...words] = argv.map((word) =>
      word
        .replaceAll("/proc/modules", loaded)
        .replace("/proc/sys/kernel/osrelease", join(root, "osrelease"))
        .replace("/lib/modules", join(root, "lib"))
        .replaceAll("/sys/module", join(root, "sys")),
    );
    const { stdout, stderr, status } = spawnSync(shell, words, { encoding: "utf8" });
    expect([stderr, status]).toEqual(["", 0]);
    return modulesFact.parse([answered(stdout)]);
  }

  const all = ["ip_vs_rr", "ip_vs", "crc32c_generic"];
  const ofIpvs = ["ip_vs", "ip_vs_rr"];

  it("shows all", () => {
    const modules = ask(modulesFact.commands[0] as Command);
    expect([...modules]).toEqual(all);
    expect([...modules.dependencies]).toEqual([["ip_vs", ["libcrc32c"]]]);
  });

  it.each([
    [["ip_vs"], ofIpvs],
    [["ip_vs", "ip_vs_rr"], ofIpvs],
    [["ip_vs", "ip_vs_wlc"], all],
    [["ip_v"], all],
    [["crc32c_generic"], all],
  ])("shows for %j no more than the modules of IPVS where they are", (names, shown) => {
    expect([...ask(neededModulesFact(names).commands[0] as Command)]).toEqual(shown);
  });

  it("shows what is built into a kernel without modules", () => {
    const [command] = neededModulesFact(["ip_vs_wlc"]).commands;
    expect([...ask(command as Command, "/no/such/file")]).toEqual(["crc32c_generic"]);
  });
});

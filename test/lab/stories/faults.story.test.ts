import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalFact } from "../../../provider/journal/file";
import { Stack } from "../../stack/stack";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { waitUntil } from "../run";
import { succeeded } from "./support/clusters";
import {
  director,
  namesIn,
  of,
  PROGRAM,
  reach,
  said,
  virtualIp,
  virtualService,
} from "./support/pieces";

describe("a director that lacks something", () => {
  let lab: Lab;
  let stack: Stack;
  let before: Baseline;

  const shell = (line: string) => lab.host("director1").mustRun(line);
  const connection = () => reach(lab, "director1");
  const dependent = (more: Readonly<Record<string, unknown>>) => ({
    ...virtualService(connection(), more),
    options: { dependsOn: [{ $ref: "director1" }] },
  });
  const both = () => of(director(connection()), virtualIp(connection(), "192.0.2.80"));
  const untouched = async () =>
    expect(difference(before, await observeHost(lab.host("director1")))).toEqual([]);
  const fails = async (args: readonly string[], ...messages: string[]) => {
    const run = await stack.up("--continue-on-error", ...args);
    expect(run.exitCode).not.toBe(0);
    for (const message of messages) expect(said(run)).toContain(message);
  };

  const realServers = [11, 12].map((last) => ({
    ...{ rip: `192.0.2.${last}`, forwardingMethod: "dr" },
  }));
  /** Puts a program in the place of ipvsadm that does something else before. */
  const ipvsadmThat = (before: string) =>
    shell(`mkdir -p /root/away && mv /usr/sbin/ipvsadm /root/away && cat > /usr/sbin/ipvsadm <<'END'
#!/bin/sh
real=/root/away/ipvsadm
${before}
exec $real "$@"
END
chmod 755 /usr/sbin/ipvsadm`);
  const ownIpvsadm = () => shell("mv /root/away/ipvsadm /usr/sbin/ipvsadm");
  const claims = async () => {
    const stdout = await shell("cat /var/lib/pulumi-lvs/journal.jsonl");
    return Object.keys(journalFact.parse([{ stdout, stderr: "", exitCode: 0 }]).journal);
  };

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["director1"] });
    stack = await Stack.create({ program: PROGRAM });
    await stack.config({}, { privateKey: lab.connection("director1").privateKey });
    await shell("mkdir -p /run/mount"); // mount(8) leaves it behind
    before = await observeHost(lab.host("director1"));
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("gets an error that names the packages of missing programs, and is not changed", async () => {
    await shell("mkdir /root/away && mv /usr/sbin/ipvsadm $(command -v arping) /root/away");
    await fails(
      both(),
      "ipvsadm is missing on this host; nothing was changed. Install the package ipvsadm",
      "arping is missing on this host; nothing was changed. Install the package iputils-arping",
    );
    await shell("mv /root/away/ipvsadm /usr/sbin && mv /root/away/arping /usr/bin");
    expect(namesIn(stack)).toEqual([]);
    await untouched();
  });

  it("is not changed when its journal cannot be read", async () => {
    await shell("mkdir /var/lib/pulumi-lvs && echo 'not JSON' > /var/lib/pulumi-lvs/journal.jsonl");
    await fails(
      both(),
      "cannot read /var/lib/pulumi-lvs/journal.jsonl: it is not a journal that this version of pulumi-lvs wrote; nothing was changed",
      "repair it, or use the version that wrote it",
    );
    expect(await shell("cat /var/lib/pulumi-lvs/journal.jsonl")).toBe("not JSON\n");
    await shell("rm -r /var/lib/pulumi-lvs");
    expect(namesIn(stack)).toEqual([]);
    await untouched();
  });

  it("is not changed when its journal cannot be written", async () => {
    await shell("mount --bind /var/lib /var/lib && mount -o remount,bind,ro /var/lib");
    await fails(
      both(),
      "cannot write the journal on 127.0.0.1",
      "Read-only file system",
      "a file system of this host is read-only",
    );
    await shell("umount /var/lib");
    expect(namesIn(stack)).toEqual([]);
    await untouched();
  });

  /** Puts a full file system of a few kilobytes in the place of a directory for a time. */
  const whileFull = async (directory: string, work: () => Promise<unknown>) => {
    await shell(
      `mkdir ${directory} && mount -t tmpfs -o size=16k none ${directory} && ! head -c 99999 /dev/zero >${directory}/full 2>/dev/null`,
    );
    await work().finally(() => shell(`umount ${directory} && rmdir ${directory}`));
    expect(namesIn(stack)).toEqual([]);
    await untouched();
  };

  it("is not changed when the disk of its journal is full", async () => {
    await whileFull("/var/lib/pulumi-lvs", () =>
      fails(both(), "cannot write the journal on 127.0.0.1", "No space left on device"),
    );
  });

  it("is restored when there is no space for the boot files", async () => {
    await whileFull("/etc/pulumi-lvs", () =>
      fails(
        both(),
        "cannot write /etc/pulumi-lvs/parts.d on 127.0.0.1",
        "a disk of this host is full, or cannot be written",
        "This change was undone on 127.0.0.1",
      ),
    );
  });

  it("gets an error that says that its kernel has no IPVS", async () => {
    await shell("mount -t tmpfs none /lib/modules");
    await fails(
      of(director(connection())),
      "cannot load the kernel module ip_vs on 127.0.0.1",
      "the kernel of this host has no IPVS: install a kernel with CONFIG_IP_VS",
    );
    await shell("umount /lib/modules");
    expect(namesIn(stack)).toEqual([]);
    await untouched();
  });

  it("gets an error that names the scheduler that its kernel does not have", async () => {
    await fails(
      of(director(connection()), dependent({ scheduler: "twos" })),
      "cannot load the kernel module ip_vs_twos on 127.0.0.1",
      "the kernel of this host does not have this scheduler: choose one that it has",
    );
    expect(namesIn(stack)).toContain("director1");
    expect(await shell("ipvsadm -Sn")).toBe("");
  });

  it("is restored when the kernel refuses a line of a virtual service, and the error says what was undone", async () => {
    await ipvsadmThat(
      `if [ "$*" = -R ]; then awk '{ print } NR == 1 { print "-a -t 192.0.2.80:80 -r 224.0.0.1:80 -g -w 1" }' | $real -R; exit; fi`,
    );
    const start = await observeHost(lab.host("director1"));
    await fails(
      of(director(connection()), dependent({ scheduler: "wrr", realServers })),
      "cannot add tcp 192.0.2.80:80 with scheduler wrr",
      "as reading it again shows",
      "remove tcp 192.0.2.80:80 with its 2 real servers",
    );
    const left = difference(start, await observeHost(lab.host("director1")));
    expect(left.filter((line) => !line.startsWith("file /var/lib/pulumi-lvs"))).toEqual([]);
    expect(await claims()).not.toContain("virtualService tcp 192.0.2.80:80");
    expect(namesIn(stack)).not.toContain("http");
    await ownIpvsadm();
  });

  it("keeps a virtual service that somebody else added at the same time, and the error says so", async () => {
    await ipvsadmThat(`[ "$*" = -R ] && $real -A -t 192.0.2.80:80 -s sed`);
    await fails(
      of(director(connection()), dependent({ scheduler: "wrr", realServers })),
      "Service already exists",
      "Somebody else has changed virtualService tcp 192.0.2.80:80 on 127.0.0.1",
    );
    await ownIpvsadm();
    expect(await shell("ipvsadm -Sn")).toContain("-A -t 192.0.2.80:80 -s sed");
    await shell("ipvsadm -D -t 192.0.2.80:80 && rmmod ip_vs_sed");
    await succeeded(stack.refresh());
  });

  it("is changed after another process has released the lock, and the row says what is waited for", async () => {
    const holder = await shell("nohup flock -o /run/lock sleep 300 >/dev/null 2>&1 & echo $!");
    const { texts, ended } = stack.start("up", "--yes", "--skip-preview", ...both());
    const isSaid = async () => /\(\d+s\) locking 127\.0\.0\.1/.test(texts.stdout);
    await waitUntil("the row says what it waits for", isSaid, 120_000, 200);
    await shell(`kill ${holder}`);
    const up = await ended;
    expect(up.exitCode, said(up)).toBe(0);
  });

  it("is as declared after the repair, and as before after destroy", async () => {
    const up = await stack.up(...of(director(connection()), dependent({ scheduler: "rr" })));
    expect(up.exitCode, said(up)).toBe(0);
    expect(await shell("ipvsadm -Sn")).toContain("-A -t 192.0.2.80:80 -s rr");
    const destroy = await stack.destroy();
    expect(destroy.exitCode, said(destroy)).toBe(0);
    await untouched();
  });
});

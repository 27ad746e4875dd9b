import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { cacheDir, cached } from "../toolchain/cache";
import { command } from "../toolchain/command";
import { PREPARE } from "./prepare";
import { type HostRun, hostArguments } from "./qemu";

/** A snapshot of a booted host in the cache: a disk that contains the memory too. */
export interface Snapshot {
  exists(): boolean;
  /** Copies the snapshot for a run. The cached file is never written to. */
  copyTo(disk: string): Promise<void>;
  save(disk: string): Promise<void>;
  discard(): void;
}

export function snapshotOf(run: HostRun): Snapshot {
  const name = `${run.topology.name}-${run.host.name}-debian${run.image.release}-${keyOf(run)}`;
  const directory = cacheDir("snapshots", name);
  const saved = join(directory, "disk.qcow2");
  return {
    exists: () => existsSync(saved),
    copyTo: (disk) => copySparse(saved, disk),
    async save(disk) {
      await cached(directory, (made) => copySparse(disk, join(made, "disk.qcow2")));
    },
    discard: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The key of a snapshot, from everything that decides its contents: not paths and ports. */
function keyOf(run: HostRun): string {
  const image = { ...run.image, kernel: "", initrd: "" };
  const args = hostArguments({ ...run, image, directory: "", sshPort: 0, restore: false });
  const parts = [qemuVersion(), run.image.key, PREPARE, ...args];
  if (run.accelerator === "kvm") parts.push(cpus()[0]?.model ?? "");
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
}

let version: string | undefined;

function qemuVersion(): string {
  version ??= execFileSync("qemu-system-x86_64", ["--version"], { encoding: "utf8" });
  return version;
}

async function copySparse(from: string, to: string): Promise<void> {
  await command(["cp", "--reflink=auto", "--sparse=always", from, to]);
}

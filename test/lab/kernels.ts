import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { command } from "../toolchain/command";
import type { LabHost } from "./host";
import type { Image } from "./image";

/** What a cluster needs of a kernel's modules. All of them would take a slow host a minute to receive. */
const NEEDED = ["net", "lib", "crypto", "arch", "drivers/net", "drivers/virtio"];

/**
 * Installs the kernel of another image on hosts, beside the one that they run, as its package would: its modules. They
 * boot it when their power is switched on the next time. Returns its version.
 */
export async function installKernel(
  image: Image,
  hosts: readonly LabHost[],
  directory: string,
): Promise<string> {
  await command(["debugfs", "-R", `rdump /usr/lib/modules ${directory}`, image.disk]);
  const modules = join(directory, "modules");
  const [version = ""] = readdirSync(modules);
  const own = readdirSync(join(modules, version));
  const files = [
    ...own.filter((name) => name.startsWith("modules.")),
    ...NEEDED.map((name) => `kernel/${name}`),
  ].map((name) => `${version}/${name}`);
  const archive = execFileSync("tar", ["-cf", "-", "-C", modules, ...files], {
    maxBuffer: 100 * 1024 * 1024,
  });
  const install = `base64 -d | tar -xf - -C /usr/lib/modules && depmod ${version} && sync`;
  const input = archive.toString("base64");
  await Promise.all(hosts.map((host) => host.mustRun(install, { input, timeoutMs: 240_000 })));
  for (const host of hosts) host.bootsKernelOf(image);
  return version;
}

import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import type { Image } from "./image";
import type { Accelerator } from "./qemu";

const PROBE_MS = 8_000;
let known: Accelerator | undefined;

/** KVM where it works. On some machines /dev/kvm opens and then hangs: a kernel must be seen to start. */
export function accelerator(image: Image): Accelerator {
  known ??= mayHaveKvm() && startsUnderKvm(image) ? "kvm" : "tcg";
  return known;
}

function mayHaveKvm(): boolean {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return /\b(vmx|svm)\b/.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}

// Without a disk the kernel panics, and with panic=-1 and -no-reboot QEMU ends.
function startsUnderKvm(image: Image): boolean {
  const { stdout } = spawnSync(
    "qemu-system-x86_64",
    [
      ...["-machine", "q35", "-accel", "kvm", "-cpu", "host", "-m", "192", "-nodefaults"],
      ...["-display", "none", "-serial", "stdio", "-no-reboot"],
      ...["-kernel", image.kernel, "-append", "console=ttyS0 panic=-1"],
    ],
    {
      timeout: PROBE_MS,
      killSignal: "SIGKILL",
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  return (stdout ?? "").includes("Linux version");
}

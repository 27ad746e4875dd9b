import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import type { Image } from "./image";
import type { Accelerator } from "./qemu";

const PROBE_MS = 8_000;
let known: Accelerator | undefined;

/** KVM when it works, otherwise software emulation. On some machines /dev/kvm opens and then hangs, so a kernel is started. */
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

// The kernel panics without a disk, and panic=-1 with -no-reboot ends QEMU then.
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

import { execFileSync } from "node:child_process";
import { command } from "./command";
import { say } from "./progress";

/** The Debian packages that the lab and the tests need, each with the reason. */
const PACKAGES = {
  "qemu-system-x86": "the lab's hosts",
  "qemu-utils": "qemu-img: their disks",
  mmdebstrap: "their root file system",
  "busybox-static": "their initrd",
  cpio: "their initrd",
  e2fsprogs: "mkfs.ext4 that fills a file system from a directory, without root",
  "openssh-client": "ssh-keygen, and ssh for people",
  openssl: "the certificate of a page over TLS",
  "debian-archive-keyring": "the keys of the releases that hosts run",
  zsh: "a login shell that a connection has to work with",
  fish: "another",
  csh: "another",
};

/** Installs what is missing, and only that. */
export async function ensurePackages(): Promise<void> {
  const missing = Object.keys(PACKAGES).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  say(`installing ${missing.join(", ")}`);
  await asRoot(["apt-get", "update", "-q"], "reading the package lists");
  await asRoot(
    ["apt-get", "install", "-q", "-y", "--no-install-recommends", ...missing],
    `installing ${missing.length} packages`,
  );
}

function isInstalled(name: string): boolean {
  try {
    const status = execFileSync("dpkg-query", ["--list", name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /^[hi]i /m.test(status); // wanted (or held), and installed
  } catch {
    return false; // dpkg-query fails for a name that it has never seen
  }
}

async function asRoot(argv: readonly string[], doing: string): Promise<void> {
  const prefix = process.getuid?.() === 0 ? [] : ["sudo"];
  await command([...prefix, "env", "DEBIAN_FRONTEND=noninteractive", ...argv], { doing });
}

if (require.main === module) {
  ensurePackages().catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
  });
}

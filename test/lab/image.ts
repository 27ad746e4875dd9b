import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, cached } from "../toolchain/cache";
import { command } from "../toolchain/command";
import { aptOptions, RELEASES, type Release, sourcesOf } from "./sources";

/** The read-only base disk of a host, with its kernel and initrd. */
export interface Image {
  release: Release;
  /** The hash of the recipe. Another recipe is another image. */
  key: string;
  disk: string;
  kernel: string;
  initrd: string;
}

/** The keys of the lab: the key for logging in, and the host key of all hosts. */
export interface Keys {
  directory: string;
  /** The private key that every user of every host accepts. */
  clientKey: string;
  /** `ssh-ed25519 AAAA...`: the public host key. */
  hostKey: string;
}

const GUEST = join(__dirname, "guest");

const PACKAGES = [
  ...["systemd", "systemd-sysv", "openssh-server", "sudo"],
  ...["iproute2", "ipvsadm", "kmod", "nftables", "iptables", "procps", "keepalived"],
  ...["iputils-ping", "iputils-arping", "curl", "tcpdump", "socat", "python3-minimal"],
  ...["udev", "dbus", "network-manager", "ifupdown"],
  ...["nginx", "haproxy", "openssl"],
  "linux-image-cloud-amd64",
];

/** What a release needs beyond that: shell text, with its root directory in $1. */
const RELEASE_HOOKS: Readonly<Partial<Record<Release, string>>> = {
  // systemd lets a generator write below /run only (since version 255).
  13: 'ln -sf /run/lab-interfaces "$1/etc/network/interfaces"',
};

export async function ensureKeys(): Promise<Keys> {
  const directory = await cached(cacheDir("keys"), async (made) => {
    for (const name of ["client", "host"]) {
      const file = join(made, name);
      await command([
        "ssh-keygen",
        "-q",
        "-t",
        "ed25519",
        "-N",
        "",
        "-C",
        `lab-${name}`,
        "-f",
        file,
      ]);
    }
  });
  const hostKey = readFileSync(join(directory, "host.pub"), "utf8")
    .split(" ")
    .slice(0, 2)
    .join(" ");
  return { directory, clientKey: readFileSync(join(directory, "client"), "utf8"), hostKey };
}

export async function ensureImage(release: Release): Promise<Image> {
  const keys = await ensureKeys();
  const key = recipeKey(release, keys);
  const directory = await cached(cacheDir("images", `${RELEASES[release]}-${key}`), (made) =>
    build(release, keys, made),
  );
  const [disk, kernel, initrd] = ["root.ext4", "vmlinuz", "initrd.gz"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  return { release, key, disk, kernel, initrd };
}

function recipeKey(release: Release, keys: Keys): string {
  const hash = createHash("sha256").update(`${release} ${PACKAGES.join(" ")} ${keys.hostKey}`);
  for (const name of ["customize.sh", "init", "labnet", "manager", "answer.py"])
    hash.update(readFileSync(join(GUEST, name)));
  hash.update(RELEASE_HOOKS[release] ?? "");
  return hash.digest("hex").slice(0, 12);
}

async function build(release: Release, keys: Keys, directory: string): Promise<void> {
  const sources = join(directory, "sources.list");
  writeFileSync(sources, await sourcesOf(release));
  const hooks = [
    RELEASE_HOOKS[release] ?? ":",
    [join(GUEST, "customize.sh"), '"$1"', GUEST, keys.directory, directory].join(" "),
  ];
  await command(
    [
      ...(process.getuid?.() === 0 ? [] : ["sudo"]),
      ...["mmdebstrap", "--mode=root", "--variant=minbase", "--format=null"],
      ...(await aptOptions()),
      `--include=${PACKAGES.join(",")}`,
      ...hooks.map((hook) => `--customize-hook=${hook}`),
      ...[RELEASES[release], "/dev/null", sources],
    ],
    { doing: `building the disk of Debian ${release} hosts (about a minute, once)` },
  );
  if (!readdirSync(directory).includes("root.ext4")) throw new Error("mmdebstrap left no disk");
}

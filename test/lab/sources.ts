import { command } from "../toolchain/command";

/** Debian's releases that a lab host can run. */
export const RELEASES = { 12: "bookworm", 13: "trixie" } as const;
export type Release = keyof typeof RELEASES;

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** apt's source lines for a release, at the mirrors that this machine itself uses. */
export async function sourcesOf(release: Release): Promise<string> {
  const targets = await command([
    ...["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)"],
    "Created-By: Packages",
  ]);
  return sourceLines(release, targets);
}

export function sourceLines(release: Release, targets: string): string {
  const codename = RELEASES[release];
  const mirror = mirrorOf(targets, "Debian");
  const security = mirrorOf(targets, "Debian-Security");
  if (!mirror)
    throw new Error("this machine has no apt source of Debian itself to build hosts from");
  const line = (uri: string, suite: string) => `deb [signed-by=${KEYRING}] ${uri} ${suite} main`;
  const lines = [line(mirror, codename)];
  if (security) lines.push(line(security, `${codename}-security`));
  return `${lines.join("\n")}\n`;
}

function mirrorOf(targets: string, label: string): string | undefined {
  const rows = targets.split("\n").map((row) => row.split(" "));
  return rows.find((row) => row[1] === label)?.[0];
}

/** This machine's apt settings that lead to a mirror (a proxy, its certificates), as `--aptopt`s. */
export async function aptOptions(): Promise<string[]> {
  const dump = await command(["apt-config", "dump", "--no-empty", "--format", '%F "%v";%n']);
  const settings = dump.split("\n").filter((line) => /^Acquire::https?::/i.test(line));
  return settings.map((line) => `--aptopt=${line}`);
}

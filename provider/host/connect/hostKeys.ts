import { createHash, createHmac } from "node:crypto";

/** The result of comparing a presented host key to the trusted keys. */
export type HostKeyAnswer = "match" | "mismatch" | "unknown" | "revoked";

/** A host and the port of its sshd. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** A line of known_hosts, sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT". */
interface KnownHost {
  readonly marker: string | undefined;
  readonly names: string;
  readonly type: string;
  readonly key: string;
}

/** The offered host key algorithms by type of key, best first. */
const ALGORITHMS_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  // An RSA key can sign with any of these hashes (RFC 8332).
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
};

/** Compares a presented key (in wire format) to a line in the format of authorized_keys. */
export function checkHostKey(presented: Buffer, hostKey: string): HostKeyAnswer {
  return keyOf(hostKey) === keyText(presented) ? "match" : "mismatch";
}

/** Looks up a presented key in the text of known_hosts files. */
export function checkKnownHosts(
  presented: Buffer,
  address: Address,
  knownHosts: string,
): HostKeyAnswer {
  const entries = entriesFor(address, knownHosts);
  const key = keyText(presented);
  if (entries.some((entry) => entry.marker === "@revoked" && entry.key === key)) {
    return "revoked";
  }
  const known = entries.filter((entry) => entry.marker === undefined);
  if (known.some((entry) => entry.key === key)) {
    return "match";
  }
  return known.some((entry) => entry.type === keyType(presented)) ? "mismatch" : "unknown";
}

/**
 * The host key algorithms to offer. The algorithms of trusted keys come first, because a host presents its key for the
 * first offered algorithm that it supports.
 */
export function hostKeyAlgorithms(
  address: Address,
  trusted: { hostKey?: string; knownHosts: string },
): string[] {
  const known =
    trusted.hostKey === undefined
      ? entriesFor(address, trusted.knownHosts)
          .filter((entry) => entry.marker === undefined)
          .map(({ type }) => type)
      : [trusted.hostKey.trim().split(/\s+/)[0] ?? ""];
  const types = Object.keys(ALGORITHMS_BY_TYPE);
  const first = types.filter((type) => known.includes(type));
  return [...new Set([...first, ...types])].flatMap((type) => ALGORITHMS_BY_TYPE[type] ?? []);
}

/** The fingerprint of a key, as printed by `ssh-keygen -l`: SHA256:... */
export function fingerprint(presented: Buffer): string {
  return `SHA256:${createHash("sha256").update(presented).digest("base64").replace(/=+$/, "")}`;
}

/** The type of a key in wire format, such as ssh-ed25519. */
export function keyType(presented: Buffer): string {
  return presented.length < 4 ? "" : presented.toString("latin1", 4, 4 + presented.readUInt32BE(0));
}

/** A key in wire format as a line of authorized_keys. */
export function hostKeyLine(presented: Buffer): string {
  return `${keyType(presented)} ${presented.toString("base64")}`;
}

/** The name of a host in known_hosts, in brackets with the port unless the port is 22. */
export function knownHostsName({ host, port }: Address): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function entriesFor(address: Address, knownHosts: string): KnownHost[] {
  const name = knownHostsName(address);
  return knownHosts
    .split("\n")
    .map(parseKnownHost)
    .filter((entry): entry is KnownHost => entry !== undefined && matchesNames(name, entry.names));
}

/** Reads a line of known_hosts; undefined for a line that is no entry, which ssh ignores too. */
function parseKnownHost(text: string): KnownHost | undefined {
  const words = text.trim().split(/\s+/);
  const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
  const [names, type, key] = words;
  if (names === undefined || names.startsWith("#") || type === undefined || key === undefined) {
    return undefined;
  }
  return { marker, names, type, key: withoutPadding(key) };
}

/** Whether a name matches a pattern of an entry, and none of its "!" patterns. */
function matchesNames(name: string, names: string): boolean {
  if (names.startsWith("|1|")) {
    const [, , salt = "", hash] = names.split("|");
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
  }
  const patterns = names.toLowerCase().split(",");
  const isExcluded = patterns.some(
    (pattern) => pattern.startsWith("!") && matchesPattern(name, pattern.slice(1)),
  );
  return !isExcluded && patterns.some((pattern) => matchesPattern(name, pattern));
}

/** ssh_config(5), PATTERNS: "*" matches any text, "?" any one character. */
function matchesPattern(name: string, pattern: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(name);
}

function keyOf(authorizedKey: string): string {
  return withoutPadding(authorizedKey.trim().split(/\s+/)[1] ?? "");
}

function keyText(presented: Buffer): string {
  return withoutPadding(presented.toString("base64"));
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, "");
}

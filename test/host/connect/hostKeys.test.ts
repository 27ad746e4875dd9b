import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  checkHostKey,
  checkKnownHosts,
  fingerprint,
  hostKeyAlgorithms,
  hostKeyLine,
} from "../../../provider/host/connect/hostKeys";

function key(type: string, seed: number): Buffer {
  const part = (data: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, data.length]), data]);
  return Buffer.concat([part(Buffer.from(type)), part(Buffer.alloc(32, seed))]);
}

const ours = key("ssh-ed25519", 1);
const other = key("ssh-ed25519", 2);
const rsa = key("ssh-rsa", 3);
const at22 = { host: "director1", port: 22 };
const at2222 = { host: "Director1", port: 2222 };

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

describe("checkKnownHosts", () => {
  it.each([
    ["a plain name", "director1", at22, "match"],
    ["one name of many", "web1,DIRECTOR1,192.0.2.1", at22, "match"],
    ["a name with a port", "[director1]:2222", at2222, "match"],
    ["a name without the port", "director1", at2222, "unknown"],
    ["a hashed name", hashed("director1"), at22, "match"],
    ["a hashed name with a port", hashed("[director1]:2222"), at2222, "match"],
    ["another hashed name", hashed("web1"), at22, "unknown"],
    ["a pattern", "dir*r?", at22, "match"],
    ["a pattern that excludes it", "dir*,!director1", at22, "unknown"],
    ["a dot that is no pattern", "director.", at22, "unknown"],
  ] as const)("reads %s", (_, names, address, answer) => {
    expect(
      checkKnownHosts(ours, address, `# hosts\n\n${names} ${hostKeyLine(ours)} a comment\n`),
    ).toBe(answer);
  });

  it("distinguishes a different key of a known type from a key of an unknown type", () => {
    const text = `director1 ${hostKeyLine(other)}\n`;
    expect(checkKnownHosts(ours, at22, text)).toBe("mismatch");
    expect(checkKnownHosts(rsa, at22, text)).toBe("unknown");
  });

  it("accepts any of several keys", () => {
    const text = `director1 ${hostKeyLine(other)}\r\ndirector1 ${hostKeyLine(ours)}\r\n`;
    expect(checkKnownHosts(ours, at22, text)).toBe("match");
  });

  it("prefers a revocation, and ignores certificate authorities", () => {
    const text = `director1 ${hostKeyLine(ours)}\n@revoked * ${hostKeyLine(ours)}\n`;
    expect(checkKnownHosts(ours, at22, text)).toBe("revoked");
    expect(checkKnownHosts(ours, at22, `@cert-authority * ${hostKeyLine(ours)}\n`)).toBe("unknown");
  });

  it("finds no key in an empty or broken file", () => {
    expect(checkKnownHosts(ours, at22, "")).toBe("unknown");
    expect(checkKnownHosts(ours, at22, "director1\n|1|x ssh-ed25519 y\n@revoked\n")).toBe(
      "unknown",
    );
  });
});

describe("checkHostKey", () => {
  it("compares the key, not the comment", () => {
    expect(checkHostKey(ours, `${hostKeyLine(ours)} root@director1`)).toBe("match");
    expect(checkHostKey(ours, hostKeyLine(other))).toBe("mismatch");
  });
});

describe("hostKeyAlgorithms", () => {
  it("puts known types first, and offers RSA with every hash", () => {
    const known = hostKeyAlgorithms(at22, { knownHosts: `director1 ${hostKeyLine(rsa)}\n` });
    expect(known.slice(0, 4)).toEqual(["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-ed25519"]);
    expect(new Set(known).size).toBe(7);
    expect(hostKeyAlgorithms(at22, { knownHosts: "", hostKey: hostKeyLine(rsa) })).toEqual(known);
    expect(hostKeyAlgorithms(at22, { knownHosts: "" })[0]).toBe("ssh-ed25519");
  });
});

describe("fingerprint", () => {
  it("has the format of ssh-keygen -l", () => {
    expect(fingerprint(ours)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});

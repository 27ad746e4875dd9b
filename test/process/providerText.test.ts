import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { providerTexts, ROOT, releasedProvider } from "./support/package";

const KINDS = [
  ...["Director", "VirtualIp", "VirtualService", "RealServer"],
  ...["RealServerVip", "RealServerGateway"],
];

describe("the provider in a stack's state", () => {
  let texts: Record<string, string>;

  beforeAll(() => {
    texts = providerTexts(ROOT);
  });

  it("is there for each kind", () => {
    expect(Object.keys(texts)).toEqual(KINDS);
  });

  // It is in every state that was ever written: a changed text is an update of every resource of every user.
  it.each(KINDS)("is the text that was released: %s", (kind) => {
    expect(texts[kind]).toBe(releasedProvider("0.1.0", kind));
  });

  it.each(KINDS)("is small, captures nothing and names no path: %s", (kind) => {
    const text = texts[kind] ?? "";
    expect(text.length).toBeLessThan(3_000);
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    expect(new Set(required)).toEqual(new Set(["pulumi-lvs/runtime"]));
    const captured = [...text.matchAll(/with\(\{ (.*?)this: undefined/g)].map(([, names]) => names);
    expect(new Set(captured)).toEqual(new Set(["", "provider: __provider, "]));
    expect(text).not.toContain(ROOT);
  });

  it("is the same from another directory", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "pulumi-lvs-elsewhere-"));
    try {
      cpSync(join(ROOT, "dist"), join(elsewhere, "dist"), { recursive: true });
      cpSync(join(ROOT, "package.json"), join(elsewhere, "package.json"));
      symlinkSync(join(ROOT, "node_modules"), join(elsewhere, "node_modules"));
      expect(providerTexts(elsewhere)).toEqual(texts);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});

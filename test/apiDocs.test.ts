import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");
const kept = join(ROOT, "docs/api");
const generated = mkdtempSync(join(tmpdir(), "pulumi-lvs-api-"));

/** The files of a folder with their texts. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .filter((name) => name.endsWith(".md"))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

describe("the API reference in docs/api", () => {
  // TypeDoc fails for a public name without a doc comment, and for a broken link (typedoc.json).
  beforeAll(() => {
    const typedoc = join(ROOT, "node_modules/typedoc/bin/typedoc");
    execFileSync(process.execPath, [typedoc, "--out", generated], { cwd: ROOT, stdio: "pipe" });
  }, 120_000);
  afterAll(() => rmSync(generated, { recursive: true }));

  it("is what npm run docs makes of the doc comments", () => {
    const now = filesIn(generated);
    expect(Object.keys(now)).toContain("classes/Cluster.md");
    expect(filesIn(kept)).toEqual(now);
  });
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { said } from "./support/pieces";

const ROOT = join(__dirname, "../../..");
const EXAMPLES = ["dr", "nat", "tun", "ipv6"];

/** The blocks of a README in a language: `ts` for programs, none for what a preview prints. */
function blocks(text: string, language: string): string[] {
  // Prose, the language of a block, the block, and nothing behind the fence that ends it; then prose again.
  const parts = text.split(/^```(\w*)\n/m);
  return parts.filter((_, at) => at % 4 === 2 && parts[at - 1] === language);
}

/**
 * What a preview creates, in any order: Pulumi starts what does not hang together at the same time, and on a slow
 * machine its dots may stand before it on the line.
 */
function created(text: string): string[] {
  const rows = text.match(/\+ +\S+ +\S+ +create\b|\+ \d+ to create\b/g) ?? [];
  return [...new Set(rows)].sort();
}

/** What the README of a program says that its preview prints, and what it prints. */
async function previews(
  program: string,
  readme: string,
  values: Readonly<Record<string, unknown>>,
) {
  const stack = await Stack.create({ program, checksTypes: true });
  try {
    await stack.config(values, { privateKey: "no host is asked" });
    const run = await stack.run("preview");
    expect(run.exitCode, said(run)).toBe(0);
    const shown = blocks(readme, "").filter((block) => block.includes("to create"));
    expect(shown).toHaveLength(1);
    return { says: created(shown[0] ?? ""), prints: created(run.stdout), all: said(run) };
  } finally {
    stack.remove();
  }
}

describe("the READMEs", () => {
  it.each(EXAMPLES)("show the preview of the example %s as it is printed", async (name) => {
    const readme = readFileSync(join(ROOT, `examples/${name}/README.md`), "utf8");
    const value = (key: string) =>
      JSON.parse(new RegExp(`^pulumi config set ${key} '(.*)'$`, "m").exec(readme)?.[1] ?? "");
    const values = { hosts: value("hosts"), weights: value("weights") };
    const { says, prints, all } = await previews(`examples/${name}`, readme, values);
    expect(says.length).toBeGreaterThan(5);
    expect(prints, all).toEqual(says);
  });

  it("show the preview of the quick start as it is printed", async () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-readme-"));
    try {
      for (const file of ["package.json", "tsconfig.json"])
        cpSync(join(ROOT, "examples/dr", file), join(directory, file));
      writeFileSync(join(directory, "Pulumi.yaml"), "name: web\nruntime: nodejs\n");
      writeFileSync(join(directory, "index.ts"), blocks(readme, "ts")[0] ?? "");
      const { says, prints, all } = await previews(directory, readme, {});
      expect(says.length).toBeGreaterThan(5);
      expect(prints, all).toEqual(says);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { said } from "./support/pieces";
import { blocks, docsPage, printedBlock, README } from "./support/readme";

const ROOT = join(__dirname, "../../..");
const EXAMPLES = ["dr", "nat", "tun", "ipv6", "layer7", "production"];

/**
 * What a preview creates, in any order: Pulumi starts what does not hang together at the same time, and on a slow
 * machine its dots may stand before it on the line.
 */
function created(text: string): string[] {
  const rows = text.match(/\+ +\S+ +\S+ +create\b|\+ \d+ to create\b/g) ?? [];
  return [...new Set(rows)].sort();
}

/**
 * What the README of a program says that its preview prints, and what it prints. Pulumi checks the types of the quick
 * start; those of the examples are in `npm run typecheck`.
 */
async function previews(
  program: string,
  readme: string,
  values: Readonly<Record<string, unknown>>,
  checksTypes: boolean,
  look: (stack: Stack) => Promise<void> = async () => undefined,
) {
  const stack = await Stack.create({ program, checksTypes });
  try {
    await stack.config(values, { privateKey: "no host is asked" });
    const run = await stack.run("preview");
    expect(run.exitCode, said(run)).toBe(0);
    const says = created(printedBlock(readme, "to create"));
    await look(stack);
    return { says, prints: created(run.stdout), all: said(run) };
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
    const { says, prints, all } = await previews(`examples/${name}`, readme, values, false);
    expect(says.length).toBeGreaterThan(5);
    expect(prints, all).toEqual(says);
  });

  it("show the preview of the quick start as it is printed", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-readme-"));
    try {
      for (const file of ["package.json", "tsconfig.json"])
        cpSync(join(ROOT, "examples/dr", file), join(directory, file));
      writeFileSync(join(directory, "Pulumi.yaml"), "name: web\nruntime: nodejs\n");
      writeFileSync(join(directory, "index.ts"), blocks(README, "ts")[0] ?? "");
      const { says, prints, all } = await previews(directory, README, {}, true, async (stack) => {
        expect((await stack.preview()).stdout).toContain(
          printedBlock(docsPage("drift.md"), "(create)"),
        );
      });
      expect(says.length).toBeGreaterThan(5);
      expect(prints, all).toEqual(says);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

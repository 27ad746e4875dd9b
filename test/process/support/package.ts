import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../../..");

/** What `__provider` is for each kind, when a program takes the package from a directory. */
export function providerTexts(directory: string): Record<string, string> {
  const script = join(__dirname, "serialize.cjs");
  const options = { encoding: "utf8" as const, cwd: ROOT };
  return JSON.parse(execFileSync(process.execPath, [script, directory], options));
}

const FIXTURES = join(ROOT, "test/fixtures/providers");

/** What `__provider` was for a kind when a version was released; `Director` stands for the kind. */
export function releasedProvider(version: string, kind: string): string {
  const text = readFileSync(join(FIXTURES, `pulumi-lvs-${version}.txt`), "utf8");
  return text.replace('"Director"', JSON.stringify(kind));
}

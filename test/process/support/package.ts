import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../../..");

const FIXTURES = join(ROOT, "test/fixtures/providers");

/** What `__provider` was for a kind when a version was released; `Director` stands for the kind. */
export function releasedEngine(version: string, kind: string): string {
  const text = readFileSync(join(FIXTURES, `pulumi-lvs-${version}.txt`), "utf8");
  return text.replace('"Director"', JSON.stringify(kind));
}

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../../..");

const FIXTURES = join(ROOT, "test/fixtures/providers");

/** The text of `__provider` for a kind in a released version. The fixture has `Director` in place of the kind. */
export function releasedEngine(version: string, kind: string): string {
  const text = readFileSync(join(FIXTURES, `pulumi-lvs-${version}.txt`), "utf8");
  return text.replace('"Director"', JSON.stringify(kind));
}

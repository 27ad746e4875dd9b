import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The README at the root. */
export const README = readFileSync(join(__dirname, "../../../../README.md"), "utf8");

/** A page of the documentation, by its name in docs. */
export function docsPage(name: string): string {
  return readFileSync(join(__dirname, "../../../../docs", name), "utf8");
}

/** The code blocks of a README in a language: `ts` for programs, "" for Pulumi's output. */
export function blocks(text: string, language: string): string[] {
  // The parts repeat: prose, language, block, "" after the closing fence.
  const parts = text.split(/^```(\w*)\n/m);
  return parts.filter((_, at) => at % 4 === 2 && parts[at - 1] === language);
}

/** The only block of Pulumi's output that contains these words. */
export function printedBlock(text: string, words: string): string {
  const [block, ...others] = blocks(text, "").filter((one) => one.includes(words));
  if (block === undefined || others.length > 0)
    throw new Error(`${others.length + (block ? 1 : 0)} blocks have: ${words}`);
  return block;
}

/** The first line of an excerpt that is missing in the output, where lines must be in order. Numbers may differ. */
export function firstStranger(excerpt: string, printed: string): string | undefined {
  const plain = (text: string) =>
    text
      .replace(/\d+/g, "0")
      .split("\n")
      .filter((line) => line !== "");
  const left = plain(printed);
  return plain(excerpt).find((line) => {
    const at = left.indexOf(line);
    left.splice(0, at + 1);
    return at < 0;
  });
}

import type { Tone } from "./nodes";
import type { Line } from "./treeText";

/** The codes of ECMA-48, Select Graphic Rendition: bold, grey, yellow, red. */
const CODES: Readonly<Record<Tone, string | undefined>> = {
  title: "1",
  plain: undefined,
  others: "90",
  drift: "33",
  bad: "31",
};

/** The text of a line, with colour codes when colours are on. */
export function painted({ text, tone }: Line, isColored: boolean): string {
  const code = CODES[tone];
  return isColored && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}

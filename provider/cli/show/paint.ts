import type { Tone } from "./nodes";
import type { Line } from "./treeText";

/** Whether a text is coloured, as `pulumi --color` has it; `raw` is without colour here. */
export type ColorChoice = "always" | "never" | "raw" | "auto";

/** Codes of ECMA-48, Select Graphic Rendition: bold, grey, yellow, red. */
const CODES: Readonly<Record<Tone, string | undefined>> = {
  title: "1",
  plain: undefined,
  others: "90",
  drift: "33",
  bad: "31",
};

/** A line in its colour. */
export function painted({ text, tone }: Line, isColored: boolean): string {
  const code = CODES[tone];
  return isColored && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Whether to colour what goes to a stream: only a terminal has colours, unless NO_COLOR says that it has not. */
export function isColored(
  choice: ColorChoice,
  stream: { readonly isTTY?: boolean; hasColors?(): boolean },
): boolean {
  if (choice === "auto") return stream.isTTY === true && (stream.hasColors?.() ?? false);
  return choice === "always";
}

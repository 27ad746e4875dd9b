/** The values of `--color`, as for `pulumi`. Our own output has no colour with `raw`. */
export type ColorChoice = "always" | "never" | "raw" | "auto";

/** Whether to colour the output to a stream. With `auto`, only a terminal without NO_COLOR has colours. */
export function isColored(
  choice: ColorChoice,
  stream: { readonly isTTY?: boolean; hasColors?(): boolean },
): boolean {
  if (choice === "auto") return stream.isTTY === true && (stream.hasColors?.() ?? false);
  return choice === "always";
}

/** The codes of ECMA-48, Select Graphic Rendition. */
const CODES = { bold: 1, red: 31, green: 32 } as const;

/** Colours a text, or returns it unchanged when colours are off. */
export type Paint = (text: string, tone: keyof typeof CODES) => string;

export function paintFor(isOn: boolean): Paint {
  return (text, tone) => (isOn ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text);
}

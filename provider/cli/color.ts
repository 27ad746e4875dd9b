/** Whether a text is coloured, as `pulumi --color` has it; `raw` is without colour in what is printed here. */
export type ColorChoice = "always" | "never" | "raw" | "auto";

/** Whether to colour what goes to a stream: only a terminal has colours, unless NO_COLOR says that it has not. */
export function isColored(
  choice: ColorChoice,
  stream: { readonly isTTY?: boolean; hasColors?(): boolean },
): boolean {
  if (choice === "auto") return stream.isTTY === true && (stream.hasColors?.() ?? false);
  return choice === "always";
}

/** Codes of ECMA-48, Select Graphic Rendition. */
const CODES = { bold: 1, red: 31, green: 32 } as const;

/** Paints a text, or leaves it as it is. */
export type Paint = (text: string, tone: keyof typeof CODES) => string;

export function paintFor(isOn: boolean): Paint {
  return (text, tone) => (isOn ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text);
}

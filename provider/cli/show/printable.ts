// Controls of a terminal (C0, DEL, C1), line and paragraph separators, and what changes the direction or the place of
// the text around it: a host may have answered it.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]/gu;

/** A text that a terminal shows and does not obey: each control character in the form `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** JSON in which every such character is escaped, which JSON.stringify does for some of them only. */
export function printableJson(value: unknown, indent?: number): string {
  const lines = JSON.stringify(value, null, indent).split("\n");
  return lines.map((line) => line.replace(UNSAFE, escaped)).join("\n");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// Characters that can falsify what a terminal shows: control characters (C0, DEL, C1), separators of lines and
// paragraphs, invisible characters, characters that change the direction of text, halves of surrogate pairs, and U+FFF9
// to U+FFFF. The output of a host may contain these characters.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]/gu;

/** Escapes the unsafe characters of a text (`\u001b`), line ends too, so that the text stays on one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** JSON whose strings have no unsafe characters. JSON.stringify alone escapes only some of these characters. */
export function printableJson(value: unknown, indent?: number): string {
  const lines = JSON.stringify(value, null, indent).split("\n");
  return lines.map((line) => line.replace(UNSAFE, escaped)).join("\n");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

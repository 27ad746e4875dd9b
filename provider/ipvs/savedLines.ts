import { parseError } from "../values/errors";
import type { Range } from "./vocabulary";

/** Throws the error for the line that is being read, with the reason. */
export type Refuse = (why: string) => never;

/** The options of a line in the format of `ipvsadm -S` and `-R`, with their values ("" for an option without value). */
export type Options = ReadonlyMap<string, string>;

/** Reads each line of a tool's output. An error names the refused line. */
export function eachLine(
  tool: string,
  text: string,
  read: (line: string, refuse: Refuse, index: number) => void,
): void {
  const lines = text.split("\n");
  let index = 0;
  const refuse = (why: string) => {
    throw parseError(tool, index + 1, lines[index] ?? "", why);
  };
  for (; index < lines.length; index++) {
    const line = lines[index];
    if (line) read(line, refuse, index);
  }
}

/** Reads the options of a line. The table says which options are allowed, and which of them have a value. */
export function readOptions(
  line: string,
  allowed: Readonly<Record<string, "value" | "alone">>,
  refuse: Refuse,
): Options {
  const words = line.trim().split(" ");
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const option = words[index] ?? "";
    const form = Object.hasOwn(allowed, option) ? allowed[option] : undefined;
    if (form === undefined) return refuse(`"${option}" is not known here`);
    if (options.has(option)) return refuse(`"${option}" is there twice`);
    const value = form === "alone" ? "" : words[++index];
    options.set(option, value || (form === "alone" ? "" : refuse(`"${option}" has no value`)));
  }
  return options;
}

/** Reads a whole number in a range. */
export function readNumber(what: string, text: string, range: Range, refuse: Refuse): number {
  const number = /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  if (number >= range.from && number <= range.to) return number;
  return refuse(`${what} is ${text}, not a whole number from ${range.from} to ${range.to}`);
}

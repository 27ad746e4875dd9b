import { z } from "zod";

/** A whole number of a health check. */
export function whole(name: string, from: number, to: number) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: use a whole number from ${from} to ${to}`;
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error });
}

/**
 * A text of a health check that keepalived reads as one word. It reads words apart by spaces, and takes quotes, braces,
 * "$", "#" and "!" for its own (keepalived.conf(5)), so a pattern allows only what it does not.
 */
export function word(name: string, pattern: RegExp, what: string) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: give ${what}`;
  return z.string({ error }).regex(pattern, { error });
}

/** One of some texts. */
export function choice<const Names extends readonly [string, ...string[]]>(
  name: string,
  names: Names,
) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: use ${names.join(", ")}`;
  return z.enum(names, { error });
}

/** True or false. */
export function flag(name: string) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: give true or false`;
  return z.boolean({ error });
}

/** A value that a test accepts. */
export function accepted<Value>(
  name: string,
  isFine: (value: unknown) => value is Value,
  what: string,
) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: give ${what}`;
  return z.unknown().refine(isFine, { error }) as z.ZodType<Value>;
}

const CODES = /^\d{3}(-\d{3})?( \d{3}(-\d{3})?)*$/;

/** Whether a value is a status of HTTP, or a text of several and of ranges: "200-299 304". */
export function areStatusCodes(value: unknown): value is number | string {
  if (typeof value === "number") return isStatus(value);
  return typeof value === "string" && CODES.test(value) && value.split(" ").every(isRange);
}

function isRange(text: string): boolean {
  const [from = 0, to = from] = text.split("-").map(Number);
  return isStatus(from) && isStatus(to) && from <= to;
}

function isStatus(code: number): boolean {
  return Number.isInteger(code) && code >= 100 && code <= 599;
}

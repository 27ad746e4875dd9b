import { LvsError } from "../../values/errors";

/** What stands in the place of a secret. */
const masked = "[secret]";

/** Replaces each secret by "[secret]", also where it is written for JSON, for a shell, for a URL or in base64. */
export function mask(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== "");
  if (forms.length === 0) {
    return text;
  }
  // The longest first, and all in one pass: a secret may contain another one, or the mask itself.
  forms.sort((a, b) => b.length - a.length);
  return text.replace(new RegExp(forms.map(literally).join("|"), "g"), masked);
}

/** The same error without secrets: its message is masked, and so is that of its cause. */
export function maskedError(error: unknown, secrets: readonly string[]): LvsError {
  const message = mask(error instanceof Error ? error.message : String(error), secrets);
  const kind = error instanceof LvsError ? error.kind : "connect";
  if (!(error instanceof Error) || error.cause === undefined) {
    return new LvsError(kind, message);
  }
  const cause = error.cause instanceof Error ? error.cause.message : String(error.cause);
  return new LvsError(kind, message, { cause: new Error(mask(cause, secrets)) });
}

/** How a secret may appear in a text; a key of many lines also line by line, its first and last ones are no secret. */
function formsOf(secret: string): string[] {
  const whole = [secret, secret.trim()];
  const lines = secret.includes("\n")
    ? secret
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(isKeyMaterial)
    : [];
  return [...whole, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    text.replaceAll("'", "'\\''"),
    encodeForUrl(text),
    Buffer.from(text).toString("base64"),
    Buffer.from(text).toString("base64").replace(/=+$/, ""),
  ]);
}

function isKeyMaterial(line: string): boolean {
  return line.length >= 4 && !line.startsWith("-----");
}

/** A lone surrogate has no form for a URL. */
function encodeForUrl(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

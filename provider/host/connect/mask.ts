import { LvsError } from "../../values/errors";

const MASK = "[secret]";

/** Replaces each secret by "[secret]", also in the forms that JSON, a shell, a URL and base64 give it. */
export function mask(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== "");
  if (forms.length === 0) {
    return text;
  }
  // One pass with the longest form first, because a secret may contain another secret or the mask.
  forms.sort((a, b) => b.length - a.length);
  return text.replace(new RegExp(forms.map(escapeForRegExp).join("|"), "g"), MASK);
}

/** Copies an error with masked messages, including the message of its cause. */
export function maskedError(error: unknown, secrets: readonly string[]): LvsError {
  const message = mask(error instanceof Error ? error.message : String(error), secrets);
  const kind = error instanceof LvsError ? error.kind : "connect";
  if (!(error instanceof Error) || error.cause === undefined) {
    return new LvsError(kind, message);
  }
  const cause = error.cause instanceof Error ? error.cause.message : String(error.cause);
  return new LvsError(kind, message, { cause: new Error(mask(cause, secrets)) });
}

/** The forms in which a secret may appear. A private key may also appear line by line. */
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

/** Encodes a text for a URL. A text with a lone surrogate, which cannot be encoded, stays as it is. */
function encodeForUrl(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

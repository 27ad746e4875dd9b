const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The text that replaces a secret in output. */
export const MASKED = "[secret]";

/** A secret in Pulumi's state: encrypted, or plain text after `--show-secrets`. */
interface Envelope {
  readonly plaintext?: string;
}

function isEnvelope(value: unknown): value is Envelope {
  return typeof value === "object" && value !== null && Object(value)[SIGNATURE] === SECRET;
}

/** Copies a value with each secret replaced by the result of `open`, which gets undefined for an encrypted secret. */
export function withSecrets(value: unknown, open: (plain: unknown) => unknown): unknown {
  if (isEnvelope(value))
    return open(value.plaintext === undefined ? undefined : JSON.parse(value.plaintext));
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, open));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withSecrets(inner, open)]);
  return Object.fromEntries(entries);
}

/** Whether a value contains an encrypted secret. */
export function hasEncrypted(value: unknown): boolean {
  if (isEnvelope(value)) return value.plaintext === undefined;
  return typeof value === "object" && value !== null && Object.values(value).some(hasEncrypted);
}

import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";

/** A change that failed and was undone: a read-back has shown the host as it was before the change. */
export class UndoneChangeError extends LvsError {
  constructor(cause: unknown, host: string, steps: readonly Step[]) {
    const { message, kind } = toLvsError(cause);
    super(kind, `${message}\n${undoneText(host, steps)}`, { cause });
  }
}

function toLvsError(cause: unknown): Pick<LvsError, "message" | "kind"> {
  if (cause instanceof LvsError) return cause;
  return { kind: "command", message: cause instanceof Error ? cause.message : String(cause) };
}

const MOST_NAMED = 10;

function undoneText(host: string, steps: readonly Step[]): string {
  if (steps.length === 0)
    return `Nothing of this change is left on ${host}, as reading it again shows`;
  const named = steps.slice(0, MOST_NAMED).map(({ description }) => `\n  ${description}`);
  const more = steps.length > MOST_NAMED ? `\n  and ${steps.length - MOST_NAMED} more` : "";
  return `This change was undone on ${host}, as reading it again shows:${named.join("")}${more}`;
}

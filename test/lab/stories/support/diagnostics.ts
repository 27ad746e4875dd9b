import type { Run } from "../../../stack/stack";

/** What Pulumi was told during a run: by the program, by the engine, by a provider. */
export interface Diagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: "debug" | "info" | "info#err" | "warning" | "error";
  /** Shown only while the resource's row is at work. */
  readonly ephemeral?: boolean;
}

/** The diagnostics of a run with `--json`. */
export function diagnosticsOf({ stdout }: Run): Diagnostic[] {
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { diagnosticEvent?: Diagnostic });
  return events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
}

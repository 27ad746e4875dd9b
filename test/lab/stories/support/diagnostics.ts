import type { Run } from "../../../stack/stack";

/** Something that Pulumi is told during a run: by the program, by the engine, by a provider. */
export interface Diagnostic {
  /** The resource, where it is known. */
  readonly urn?: string;
  readonly message: string;
  /** What a provider writes to stderr is "info#err". */
  readonly severity: "debug" | "info" | "info#err" | "warning" | "error";
  /** Shown only while the resource's row is at work. */
  readonly ephemeral?: boolean;
}

/** The diagnostics of a run with `--json`. */
export function diagnosticsOf({ stdout }: Run): Diagnostic[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { diagnosticEvent?: Diagnostic })
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
}

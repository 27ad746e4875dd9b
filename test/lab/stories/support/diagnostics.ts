import type { Run } from "../../../stack/stack";

/** A message during a run of Pulumi: from the program, the engine or a provider. */
export interface Diagnostic {
  /** The URN of the resource. @default - the message belongs to no resource */
  readonly urn?: string;
  readonly message: string;
  /** The severity. Output of a provider on stderr is "info#err". */
  readonly severity: "debug" | "info" | "info#err" | "warning" | "error";
  /** Whether the message is shown only while the resource's row is active. */
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

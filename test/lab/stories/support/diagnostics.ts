import type { Run } from "../../../stack/stack";

/** What Pulumi is told during a run: by the program, by the engine, by a provider. */
export interface Diagnostic {
  /** The resource, where it is known. */
  readonly urn?: string;
  readonly message: string;
  readonly severity: "debug" | "info" | "info#err" | "warning" | "error";
  /** Shown only while the resource's row is at work. */
  readonly ephemeral?: boolean;
}

/** The diagnostics of a run with `--json`, without those for people who debug Pulumi. */
export function diagnosticsOf({ stdout }: Run) {
  const events = stdout.split("\n").filter((line) => line.startsWith("{"));
  const all = events
    .map((line) => JSON.parse(line) as { diagnosticEvent?: Diagnostic })
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity !== "debug");
  const warnings = all.filter(({ severity }) => severity === "warning");
  const statuses = all.filter(({ ephemeral, urn }) => ephemeral && urn);
  const others = all.filter((one) => !warnings.includes(one) && !statuses.includes(one));
  return { warnings, statuses, others };
}

import { observe } from "../../host/batch";
import { type Connection, connectionSchema, isForgotten } from "../../host/connect";
import { kinds } from "../../kinds";
import type { HostInputs } from "../../kinds/kind";
import { LvsError } from "../../values/errors";
import type { FactName } from "../../values/fact";
import type { DeclaredHost, DeclaredResource } from "./declared";
import { isDirector, type Look } from "./observedHost";

/** Reads the facts of a host, over a connection that stays open for the next look. An error is part of the result. */
export async function lookAt({ id, connection, resources }: DeclaredHost): Promise<Look> {
  if (isForgotten(id, process.env)) return { state: "forgotten", at: new Date() };
  try {
    const snapshot = await observe(withSingleAttempt(connection), factsFor(resources));
    return { state: "reached", at: new Date(), snapshot };
  } catch (error) {
    const isUnreachable = error instanceof LvsError && error.kind === "connect";
    const state = isUnreachable ? "unreachable" : "failed";
    const text = error instanceof Error ? error.message : String(error);
    return { state, at: new Date(), error: text };
  }
}

/** Copies a connection with one attempt to connect, because the user waits for the output. */
function withSingleAttempt(given: unknown): Connection {
  const parsed = connectionSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ message }) => message).join("; ");
    throw new LvsError("input", `the connection in the state is not usable: ${problems}`);
  }
  const { proxy, ...rest } = parsed.data;
  return {
    ...{ ...rest, dialErrorLimit: 1 },
    ...(proxy && { proxy: { ...proxy, dialErrorLimit: 1 } }),
  };
}

/** The facts of the host's resources, and the facts that only `show` needs. */
function factsFor(resources: readonly DeclaredResource[]): FactName[] {
  const own = resources.flatMap(
    ({ kind, inputs }) => kinds[kind]?.facts(inputs as unknown as HostInputs) ?? [],
  );
  const shown: readonly FactName[] = isDirector(resources) ? ["ipvs", "statistics", "links"] : [];
  const checked: readonly FactName[] = own.includes("healthChecks") ? ["healthLog"] : [];
  return [...new Set([...own, ...shown, ...checked])];
}

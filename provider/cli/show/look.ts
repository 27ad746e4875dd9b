import { observe } from "../../host/batch";
import { type Connection, connectionSchema, isForgotten } from "../../host/connect";
import { kinds } from "../../kinds";
import type { HostInputs } from "../../kinds/kind";
import { LvsError } from "../../values/errors";
import type { FactName } from "../../values/fact";
import type { DeclaredHost, DeclaredResource } from "./declared";
import { isDirector, type Look } from "./looked";

/** Reads a host once, over a connection that stays open. What goes wrong is part of the answer. */
export async function lookAt({ id, connection, resources }: DeclaredHost): Promise<Look> {
  if (isForgotten(id, process.env)) return { state: "forgotten", at: new Date() };
  try {
    const snapshot = await observe(impatient(connection), factsFor(resources));
    return { state: "reached", at: new Date(), snapshot };
  } catch (error) {
    const isUnreachable = error instanceof LvsError && error.kind === "connect";
    const state = isUnreachable ? "unreachable" : "failed";
    const text = error instanceof Error ? error.message : String(error);
    return { state, at: new Date(), error: text };
  }
}

/** Somebody waits for the answer: a host that does not answer is not dialled again and again. */
function impatient(given: unknown): Connection {
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

/** What its resources look at, and what is shown besides. */
function factsFor(resources: readonly DeclaredResource[]): FactName[] {
  const own = resources.flatMap(
    ({ kind, inputs }) => kinds[kind]?.facts(inputs as unknown as HostInputs) ?? [],
  );
  const shown: readonly FactName[] = isDirector(resources) ? ["ipvs", "statistics", "links"] : [];
  const checked: readonly FactName[] = own.includes("healthChecks") ? ["healthLog"] : [];
  return [...new Set([...own, ...shown, ...checked])];
}

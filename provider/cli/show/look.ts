import { observe } from "../../host/batch";
import { connectionSchema, isForgotten } from "../../host/connect";
import { kinds } from "../../kinds";
import type { HostInputs } from "../../kinds/kind";
import { LvsError } from "../../values/errors";
import type { FactName } from "../../values/fact";
import type { DeclaredHost, DeclaredResource } from "./declared";
import { isDirector, type Look } from "./looked";

/** Reads a host once, over a connection that stays open. What goes wrong is part of the answer. */
export async function lookAt({ id, connection, resources }: DeclaredHost): Promise<Look> {
  const at = () => new Date();
  if (isForgotten(id, process.env)) return { state: "forgotten", at: at() };
  const parsed = connectionSchema.safeParse(connection);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ message }) => message).join("; ");
    return {
      state: "failed",
      at: at(),
      error: `the connection in the state is not usable: ${problems}`,
    };
  }
  // Somebody waits for the answer: a host that does not answer is not dialled again and again.
  const { proxy, ...rest } = parsed.data;
  const impatient = {
    ...{ ...rest, dialErrorLimit: 1 },
    ...(proxy && { proxy: { ...proxy, dialErrorLimit: 1 } }),
  };
  try {
    const snapshot = await observe(impatient, factsFor(resources));
    return { state: "reached", at: at(), snapshot };
  } catch (error) {
    const isUnreachable = error instanceof LvsError && error.kind === "connect";
    const state = isUnreachable ? "unreachable" : "failed";
    return { state, at: at(), error: error instanceof Error ? error.message : String(error) };
  }
}

/** What its resources look at, and what is shown besides. */
function factsFor(resources: readonly DeclaredResource[]): FactName[] {
  const own = resources.flatMap(
    ({ kind, inputs }) => kinds[kind]?.facts(inputs as unknown as HostInputs) ?? [],
  );
  const shown: readonly FactName[] = isDirector(resources) ? ["ipvs", "statistics", "links"] : [];
  return [...new Set([...own, ...shown])];
}

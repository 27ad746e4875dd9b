import { forgetCreations } from "../../provider/replacements";
import { provider } from "../../provider/runtime";

/** Calls a method of a kind's provider, as Pulumi does in a run of its own. */
export async function call(kind: string, method: string, ...args: unknown[]): Promise<unknown> {
  forgetCreations();
  return callInSameRun(kind, method, ...args);
}

/** Calls a method as Pulumi does after others of the same run. */
export async function callInSameRun(
  kind: string,
  method: string,
  ...args: unknown[]
): Promise<unknown> {
  const found = provider(kind)[method];
  if (!found) throw new Error(`Pulumi has no method ${method}`);
  return found(...args);
}

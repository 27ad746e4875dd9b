import { provider } from "../../provider/runtime";

/** Calls a method of a kind's provider, as Pulumi does. */
export async function call(kind: string, method: string, ...args: unknown[]): Promise<unknown> {
  const found = provider(kind)[method];
  if (!found) throw new Error(`Pulumi has no method ${method}`);
  return found(...args);
}

import * as pulumi from "@pulumi/pulumi";

/**
 * Why a program is refused. It has no stack: Pulumi does not show that of a RunError, and yet formats it, which for one
 * that was thrown in an apply takes Node 20.20 a minute (util.inspect and `node_modules/@pulumi/output.ts`).
 */
export function refusal(message: string): Error {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}

import * as pulumi from "@pulumi/pulumi";

/**
 * The error for a program that is refused. The error has no stack: Pulumi does not show the stack of a RunError, but
 * formats it, which takes Node 20.20 a minute for an error that was thrown in an apply (util.inspect).
 */
export function refusal(message: string): Error {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}

import * as pulumi from "@pulumi/pulumi";

/** Whether a value is known only while the program runs: an output or a promise. */
export function isLater<T>(input: pulumi.Input<T>): input is pulumi.OutputInstance<T> | Promise<T> {
  return pulumi.Output.isInstance(input) || input instanceof Promise;
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Run, Stack } from "../stack/stack";

const TYPE = "pulumi-nodejs:dynamic/lvs:Director";

/** What docs/errors.md says of a `pulumi up` that was killed while it worked on a resource. */
describe("pending operations that a killed pulumi up has left", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.create({ program: "test/lab/programs/pieces" });
    await stack.config({ resources: [] });
    succeeded(await stack.up());
  });
  afterAll(() => stack?.remove());

  const warned = ({ stdout, stderr }: Run) => /pending operation/.test(stdout + stderr);
  const succeeded = (run: Run) => {
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    return run;
  };

  const isPending = () =>
    JSON.parse(stack.checkpoint()).checkpoint.latest.pending_operations !== undefined;
  const leave = (type: string) => {
    const whole = JSON.parse(stack.checkpoint());
    const { latest } = whole.checkpoint;
    const parent: string = latest.resources[0].urn;
    const urn = `${parent.split("pulumi:pulumi:Stack")[0]}${TYPE}::director1`;
    const resource = { urn, custom: true, type: TYPE, inputs: {}, parent };
    latest.pending_operations = [{ type, resource }];
    stack.replaceCheckpoint(JSON.stringify(whole));
  };

  it("are warned about once where a resource was there already", async () => {
    leave("updating");
    expect(warned(succeeded(await stack.up()))).toBe(true);
    expect(isPending()).toBe(false);
  });

  it("stay where a resource was being created, until a refresh is told to clear them", async () => {
    leave("creating");
    expect(warned(succeeded(await stack.up()))).toBe(true);
    expect(isPending()).toBe(true);
    succeeded(await stack.refresh());
    expect(isPending()).toBe(true);
    succeeded(await stack.refresh("--clear-pending-creates"));
    expect(isPending()).toBe(false);
  });
});

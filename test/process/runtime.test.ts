import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support/package";

type Call = (kind: string, method: string, ...args: unknown[]) => Promise<unknown>;

const { call } = createRequire(join(ROOT, "examples/dr/index.ts"))("pulumi-lvs/runtime") as {
  call: Call;
};

describe("require('pulumi-lvs/runtime').call", () => {
  it("takes a kind, a method and Pulumi's own arguments", async () => {
    expect(call).toBeTypeOf("function");
    expect(call.length).toBe(2); // the rest is the method's
    const checked = (await call("Director", "check", {}, {})) as { failures: unknown[] };
    expect(checked.failures.length).toBeGreaterThan(0);
  });

  it("says what to do about a kind or a method of a later version", async () => {
    await expect(call("Meteor", "check", {}, {})).rejects.toThrow(/install the version that wrote/);
    await expect(call("Director", "explode")).rejects.toThrow(/does not know Director.explode/);
  });

  it("answers with what Pulumi can carry: no undefined, anywhere", async () => {
    const olds = { connection: { host: "director1" } };
    const answer = await call("Director", "diff", "an id", olds, olds);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });
});

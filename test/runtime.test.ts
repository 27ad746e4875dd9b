import { describe, expect, it } from "vitest";
import { call } from "../provider/runtime";
import { least } from "./support/inputs";

describe("call", () => {
  it("says what to do about a state of another version", async () => {
    const calls = [call("HealthCheck", "create", {}), call("Director", "invoke", {})];
    for (const one of calls)
      await expect(one).rejects.toThrow(/does not know .*: install the version that wrote this/);
  });

  it("answers with what Pulumi can carry: nothing is undefined", async () => {
    const answer = await call("VirtualIp", "check", {}, { ...least.VirtualIp, adopt: undefined });
    expect(Object.keys((answer as { inputs: object }).inputs)).not.toContain("adopt");
  });

  it("has errors without a stack, which Pulumi would print below the message", async () => {
    const error = await call("Nothing", "check").catch((one: Error) => one);
    expect((error as Error).stack).toBe("");
  });
});

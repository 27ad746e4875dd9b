import { describe, expect, it, vi } from "vitest";
import { kinds } from "../provider/kinds";
import { provider } from "../provider/runtime";
import { call } from "./support/call";
import { least } from "./support/inputs";

describe("provider", () => {
  it.each(Object.keys(kinds))("has the methods that Pulumi calls: %s", (kind) => {
    const methods = ["check", "diff", "create", "read", "update", "delete"];
    expect(Object.keys(provider(kind))).toEqual(methods);
  });

  it("says what to do about a state of another version", () => {
    expect(() => provider("HealthCheck")).toThrow(
      /does not know HealthCheck: install the version that wrote this/,
    );
  });

  it("answers with what Pulumi can carry: nothing is undefined", async () => {
    const answer = await call("VirtualIp", "check", {}, { ...least.VirtualIp, adopt: undefined });
    expect(Object.keys((answer as { inputs: object }).inputs)).not.toContain("adopt");
  });

  it("has errors without a stack, which Pulumi would print below the message", async () => {
    const { inputs } = (await call("Director", "check", {}, least.Director)) as { inputs: object };
    const unreachable = {
      ...inputs,
      connection: { host: "127.0.0.1", port: 1, dialErrorLimit: 1 },
    };
    const error = await call("Director", "create", unreachable).catch((one: Error) => one);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).stack).toBe("");
  });

  it("has errors whose properties Pulumi can carry: with undefined, it would never answer its engine", async () => {
    const halfDone = Object.assign(new Error("half done"), {
      properties: { weight: 1, healthCheck: undefined },
    });
    const id = vi.spyOn(kinds.Director as NonNullable<(typeof kinds)[string]>, "id");
    id.mockImplementation(() => {
      throw halfDone;
    });
    const error = (await call("Director", "create", {}).catch((one) => one)) as typeof halfDone;
    id.mockRestore();
    expect(Object.keys(error.properties)).toEqual(["weight"]);
  });
});

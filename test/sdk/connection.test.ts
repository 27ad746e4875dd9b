import type { types } from "@pulumi/command";
import { describe, expectTypeOf, it } from "vitest";
import type { ConnectionArgs, ProxyConnectionArgs } from "../../sdk";

type Theirs = types.input.remote.ConnectionArgs;
type TheirProxy = types.input.remote.ProxyConnectionArgs;

// The type checker verifies these tests (npm run typecheck).
describe("ConnectionArgs", () => {
  it("takes a connection of @pulumi/command, and is taken where that is", () => {
    expectTypeOf<Theirs>().toExtend<ConnectionArgs>();
    expectTypeOf<ConnectionArgs>().toExtend<Theirs>();
    expectTypeOf<keyof ConnectionArgs>().toEqualTypeOf<
      keyof Theirs | "sudo" | "commitTimeoutSeconds"
    >();
  });

  it("takes a jump host of @pulumi/command, and is taken where that is", () => {
    expectTypeOf<TheirProxy>().toExtend<ProxyConnectionArgs>();
    expectTypeOf<ProxyConnectionArgs>().toExtend<TheirProxy>();
    expectTypeOf<keyof ProxyConnectionArgs>().toEqualTypeOf<keyof TheirProxy>();
  });
});

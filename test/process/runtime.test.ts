import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support/package";

type Method = (...args: unknown[]) => Promise<unknown>;

const { provider } = createRequire(join(ROOT, "examples/dr/index.ts"))("pulumi-lvs/runtime") as {
  provider: (kind: string) => { check: Method };
};

describe("require('pulumi-lvs/runtime').provider", () => {
  it("is there for programs, with one parameter", async () => {
    expect(provider).toBeTypeOf("function");
    expect(provider.length).toBe(1);
    const checked = (await provider("Director").check({}, {})) as { failures: unknown[] };
    expect(checked.failures.length).toBeGreaterThan(0);
  });
});

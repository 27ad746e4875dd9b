import { describe, expect, it, vi } from "vitest";
import { declaredParts } from "../../provider/kinds/declaredParts";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import type { Facts } from "../../provider/registry/facts";
import { module } from "../support/claims";

const inputs = { owner: "web" } as HostInputs;
const sysctls = new Map();
const facts = (links: Map<string, unknown>) => ({ links, sysctls }) as unknown as Facts;

describe("declaredParts", () => {
  const parts = vi.fn(() => [module("ip_vs")]);
  const partsOf = declaredParts({ parts } as unknown as Kind<HostInputs>, inputs);
  const links = new Map();

  it("asks the kind once for the same facts, also in another object", () => {
    expect(partsOf(facts(links))).toEqual([module("ip_vs")]);
    expect(partsOf(facts(links))).toEqual([module("ip_vs")]);
    expect(parts.mock.calls).toEqual([[inputs, facts(links)]]);
  });

  it("asks again when a fact was read again, is missing or is there besides", () => {
    parts.mockClear();
    partsOf(facts(new Map()));
    const fewer = { sysctls } as unknown as Facts;
    partsOf(fewer);
    partsOf({ ...fewer, tools: new Set() } as unknown as Facts);
    expect(parts).toHaveBeenCalledTimes(3);
  });
});

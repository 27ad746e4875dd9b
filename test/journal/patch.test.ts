import { describe, expect, it } from "vitest";
import type { Journal } from "../../provider/journal/journal";
import { applyPatches, isSameJournal, patchBetween } from "../../provider/journal/patch";
import { held, owner } from "../support/claims";

const [web, api, other] = [owner("web"), owner("api"), owner("other::web")];

const journals: Readonly<Record<string, Journal>> = {
  empty: {},
  one: { "module ip_vs": held(null, "loaded", web) },
  several: { "module ip_vs": held(null, "loaded", web, api, other), "link lvs1": held(null, "x") },
  "in another order": { "module ip_vs": held(null, "loaded", other, web) },
  "another value": {
    "module ip_vs": held("loaded", "loaded", web),
    "sysctl a": held("0", "1", api),
  },
  "a value that was changed": {
    "module ip_vs": held("loaded", "loaded", web),
    "sysctl a": held("0", "2", api),
  },
};
const names = Object.keys(journals);
const pairs = names.flatMap((from) => names.map((to) => [from, to] as const));

describe("patchBetween", () => {
  it.each(pairs)("turns %s into %s", (from, to) => {
    const [old = {}, next = {}] = [journals[from], journals[to]];
    const patch = patchBetween(old, next);
    expect(applyPatches(old, [patch])).toEqual(next);
    expect(Object.keys(patch).length === 0).toBe(from === to);
    expect(isSameJournal(old, next)).toBe(from === to);
  });

  it("has added and removed claims, and not those that stay", () => {
    const old = { "module ip_vs": held(null, "loaded", web, api) };
    const next = { "module ip_vs": held(null, "loaded", api, other) };
    expect(patchBetween(old, next)).toEqual({
      "module ip_vs": { claimed: [other], released: [web] },
    });
  });

  it("leaves out equal entries, and marks removed entries", () => {
    const same = held("0", "1", web);
    expect(patchBetween({ a: same, b: same }, { a: same })).toEqual({ b: null });
  });
});

describe("applyPatches", () => {
  it("refuses a patch of another journal", () => {
    const patch = { "module ip_vs": { claimed: [web], released: [] } };
    expect(() => applyPatches({}, [patch])).toThrow("a part that is not there");
  });
});

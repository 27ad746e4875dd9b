import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Lab } from "../lab/lab";
import type { Counts } from "../lab/traffic";
import { showSilence, showTraffic } from "./traffic";

const VIP = "192.0.2.80";
const NAMES = ["web1", "web2", "web3"];
const WEIGHTS = { web1: 1, web3: 2 };

/** A lab whose client gets these answers. */
function labThatAnswers(counts: Counts): Lab {
  const client = { mustRun: async () => JSON.stringify(counts) };
  return { host: () => client } as unknown as Lab;
}

let shown: string[];
beforeEach(() => {
  shown = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void shown.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("showTraffic", () => {
  const show = (counts: Counts) => showTraffic(labThatAnswers(counts), VIP, NAMES, WEIGHTS);

  it("shows who answered, beside the weights", async () => {
    await show({ web1: 6, web3: 12 });
    const rows = shown.join("\n").split("\n");
    expect(rows).toContain("  web2              -           -        0         0 %");
    expect(rows).toContain("  web3              2        67 %       12        67 %");
  });

  it.each<[string, Counts]>([
    ["a real server answers more than its weight", { web1: 7, web3: 11 }],
    ["a real server without a weight answers", { web1: 6, web2: 1, web3: 11 }],
    ["a real server does not answer", { web3: 12 }],
    ["a connection is refused", { web1: 6, web3: 12, refused: 1 }],
    ["nobody answers", { timeout: 18 }],
  ])("fails when %s", async (_, counts) => {
    await expect(show(counts)).rejects.toThrow("not spread by the weights");
  });
});

describe("showSilence", () => {
  const show = (counts: Counts) => showSilence(labThatAnswers(counts), VIP, NAMES);

  it("says how nobody answers", async () => {
    await show({ unreachable: 2 });
    expect(shown).toEqual([`${VIP} answers no more: unreachable`]);
  });

  it("fails when a real server still answers", async () => {
    await expect(show({ web2: 1, unreachable: 1 })).rejects.toThrow("web2 still answers");
  });
});

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandLine, quote } from "../../../provider/values/quote";
import { hostileStrings } from "../../support/hostileStrings";

const all = hostileStrings(10_000);
const isWrong = (text: string) => text.includes("\0") || /\p{Surrogate}/u.test(text);

describe("10,000 hostile strings", () => {
  it("are refused where they cannot arrive as they are", () => {
    const wrong = all.filter(isWrong);
    expect(wrong.length).toBeGreaterThan(500);
    for (const text of wrong) expect(() => quote(text)).toThrow("a word of a command cannot");
  });

  const right = all.filter((text) => !isWrong(text));
  it.each([["dash"], ["bash"], ["busybox", "sh"]])("are one word each in %s", (shell, ...words) => {
    const input = right
      .map((text) => commandLine({ argv: ["printf", "%s\\000", text] }))
      .join("\n");
    const { stdout, stderr } = spawnSync(shell, words, { input, maxBuffer: 100_000_000 });
    expect(stderr.toString()).toBe("");
    const arrived = stdout.toString().split("\0").slice(0, -1);
    expect(arrived.length).toBe(right.length);
    expect(arrived.filter((text, at) => text !== right[at])).toEqual([]);
  });
});

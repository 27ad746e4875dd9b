import { describe, expect, it } from "vitest";
import { updateText } from "../../provider/cli/clusters/updates";
import { isColored, paintFor } from "../../provider/cli/color";

describe("isColored", () => {
  const terminal = { isTTY: true, hasColors: () => true };
  const monochrome = { isTTY: true, hasColors: () => false };

  it.each([
    ["auto", terminal, true],
    ["auto", monochrome, false],
    ["auto", {}, false],
    ["always", {}, true],
    ["never", terminal, false],
    ["raw", terminal, false],
  ] as const)("with %s, for %j", (choice, stream, is) => {
    expect(isColored(choice, stream)).toBe(is);
  });
});

describe("an update as a person reads it", () => {
  const update = {
    ...{ number: 3, startTime: "2026-11-20T10:00:00.000Z", seconds: 7, kind: "update" },
    ...{ message: "", changes: ["director1 director: added"] },
  };
  const title = (result: string) => `3  2026-11-20 10:00:00  update ${result}, 7 s`;

  it.each([
    ["succeeded", 1],
    ["failed", 31],
  ])("shows by its first line that it %s", (result, code) => {
    expect(updateText({ ...update, result }, paintFor(true))).toBe(
      `\u001b[${code}m${title(result)}\u001b[0m\n    director1 director: added\n`,
    );
  });

  it("has no codes without colours", () => {
    const text = updateText({ ...update, result: "failed" }, paintFor(false));
    expect(text).toBe(`${title("failed")}\n    director1 director: added\n`);
  });
});

import { describe, expect, it } from "vitest";
import { firstStranger } from "./readme";

describe("firstStranger", () => {
  const printed = "~ a\n  [urn=x]\n  ~ weight: 9 => 3\n}\n\n~ b\n}\n";

  it.each([
    [
      "lines may be left out, and numbers may differ",
      "~ a\n  ~ weight: 7 => 1\n~ b\n}\n",
      undefined,
    ],
    ["nothing is an excerpt too", "", undefined],
    ["a line is not as printed", "~ a\n  ~ weights: 9 => 3\n", "  ~ weights: 0 => 0"],
    ["a line is indented otherwise", "~ weight: 9 => 3\n", "~ weight: 0 => 0"],
    ["lines are in another order", "~ b\n~ a\n", "~ a"],
  ])("%s", (_, excerpt, stranger) => expect(firstStranger(excerpt, printed)).toBe(stranger));
});

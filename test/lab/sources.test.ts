import { describe, expect, it } from "vitest";
import { sourceLines } from "./sources";

const targets = `http://mirror.example/debian/ Debian
http://mirror.example/debian-security/ Debian-Security
http://tools.example/apt/ Tools
`;

describe("sourceLines", () => {
  it("uses this machine's mirrors for another release", () => {
    expect(sourceLines(13, targets).split("\n").slice(0, 2)).toEqual([
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian/ trixie main",
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian-security/ trixie-security main",
    ]);
  });

  it("says so when the machine has no Debian mirror", () => {
    expect(() => sourceLines(12, "http://tools.example/apt/ Tools\n")).toThrow("no apt source");
  });
});

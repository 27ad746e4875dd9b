import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandLine, quote } from "../../provider/values/quote";

const hostile = [
  "",
  " ",
  "'",
  "''",
  "a'b\"c",
  "$(touch /tmp/never)",
  "`id`",
  "$HOME",
  "a;b&c|d>e<f",
  "*",
  "~",
  "!x",
  "\\",
  "\\'",
  "line\nline\n",
  "\t\r",
  "#comment",
  "-n",
  "--",
  "A=B",
  "if",
  "{a,b}",
  "é€😀",
  "\u0001\u007f",
  "%s%d",
];

function sh(text: string): string {
  return execFileSync("sh", ["-c", text], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

describe("quote", () => {
  it("passes every hostile word through a real shell as one argument", () => {
    const words = hostile.map(quote).join(" ");
    const printed = sh(`for word in ${words}; do printf '%s\\001' "$word"; done`);
    expect(printed).toBe(hostile.map((word) => `${word}\u0001`).join(""));
  });

  it("leaves plain words as they are", () => {
    expect(quote("192.0.2.10:80")).toBe("192.0.2.10:80");
  });

  it("rejects NUL", () => {
    expect(() => quote("a\0b")).toThrow("NUL");
  });
});

describe("commandLine", () => {
  it("passes each word as one argument", () => {
    const printed = sh(commandLine({ argv: ["printf", "%s\\001", ...hostile] }));
    expect(printed).toBe(hostile.map((word) => `${word}\u0001`).join(""));
  });

  it("passes hostile text to standard input, byte for byte", () => {
    const stdin = hostile.join("\n");
    expect(sh(commandLine({ argv: ["cat"], stdin }))).toBe(stdin);
  });

  it("passes a text larger than ARG_MAX to standard input", () => {
    const count = Number(
      execFileSync("sh", {
        input: commandLine({ argv: ["wc", "-c"], stdin: "x".repeat(3_000_000) }),
      }),
    );
    expect(count).toBe(3_000_000);
  });

  it("reads from /dev/null without stdin", () => {
    expect(
      execFileSync("sh", {
        input: `${commandLine({ argv: ["cat"] })}\necho after\n`,
        encoding: "utf8",
      }),
    ).toBe("after\n");
  });

  it("quotes a command with the name of a reserved word", () => {
    expect(commandLine({ argv: ["if", "x"] })).toBe("'if' x </dev/null");
  });

  it("fails for a command without words", () => {
    expect(() => commandLine({ argv: [] })).toThrow("at least one word");
  });
});

import { describe, expect, it } from "vitest";
import { eachLine, type Refuse, readNumber, readOptions } from "../../provider/ipvs/savedLines";

const refuse: Refuse = (why) => {
  throw new Error(why);
};

describe("eachLine", () => {
  it("reads every line but empty ones, and names the line that is refused", () => {
    const seen: string[] = [];
    const read = () =>
      eachLine("a tool", "one\n\ntwo\n", (line, refuseLine) => {
        seen.push(line);
        if (line === "two") refuseLine("it is the second");
      });
    expect(read).toThrow("cannot read line 3 of a tool: it is the second\n  two");
    expect(seen).toEqual(["one", "two"]);
  });
});

describe("readOptions", () => {
  const known = { "-A": "alone", "-s": "value" } as const;

  it("reads options with and without a value", () => {
    expect(readOptions("-A -s wlc", known, refuse)).toEqual(
      new Map([
        ["-A", ""],
        ["-s", "wlc"],
      ]),
    );
  });

  it.each([
    ["-A -x 1", '"-x" is not known here'],
    ["-A -A", '"-A" is there twice'],
    ["-A -s", '"-s" has no value'],
    ["-A wlc", '"wlc" is not known here'],
  ])("fails on %s", (line, why) => {
    expect(() => readOptions(line, known, refuse)).toThrow(why);
  });
});

describe("readNumber", () => {
  it.each(["0", "5"])("reads %s", (text) => {
    expect(readNumber("it", text, { from: 0, to: 5 }, refuse)).toBe(Number(text));
  });

  it.each(["6", "-1", "01", "1.5", "1e0", "0x1", "", " 1"])("fails on %j", (text) => {
    expect(() => readNumber("it", text, { from: 0, to: 5 }, refuse)).toThrow("not a whole number");
  });
});

import { describe, expect, it, vi } from "vitest";
import { rememberByObject, rememberByText } from "../../provider/values/remember";

describe("rememberByText", () => {
  it("calculates once for a text that comes again", () => {
    const calculate = vi.fn((text: string) => ({ text }));
    const remembered = rememberByText(calculate, 100);
    expect(remembered("one")).toBe(remembered("one"));
    expect(remembered("two")).toEqual({ text: "two" });
    expect(calculate).toHaveBeenCalledTimes(2);
  });

  it("remembers an undefined result", () => {
    const calculate = vi.fn(() => undefined);
    const remembered = rememberByText(calculate, 100);
    remembered("one");
    remembered("one");
    expect(calculate).toHaveBeenCalledTimes(1);
  });

  it("forgets the texts that have not been used for longest", () => {
    const calculate = vi.fn((text: string) => text);
    const remembered = rememberByText(calculate, 2);
    for (const text of ["a", "b", "a", "c", "a", "d", "a", "e", "a"]) remembered(text);
    expect(calculate.mock.calls.flat()).toEqual(["a", "b", "c", "d", "e"]);
    remembered("b");
    expect(calculate).toHaveBeenCalledTimes(6);
  });

  it("remembers no error", () => {
    const calculate = vi.fn((): string => {
      throw new Error("refused");
    });
    const remembered = rememberByText(calculate, 100);
    expect(() => remembered("one")).toThrow("refused");
    expect(() => remembered("one")).toThrow("refused");
    expect(calculate).toHaveBeenCalledTimes(2);
  });
});

describe("rememberByObject", () => {
  it("calculates once for each object", () => {
    const calculate = vi.fn(({ name }: { name: string }) => [name]);
    const remembered = rememberByObject(calculate);
    const one = { name: "one" };
    expect(remembered(one)).toBe(remembered(one));
    expect(remembered({ name: "one" })).toEqual(["one"]);
    expect(calculate).toHaveBeenCalledTimes(2);
  });
});

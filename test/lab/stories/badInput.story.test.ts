import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { mistakes } from "./support/badPieces";
import { conflicts } from "./support/badProgram";
import { of, PROGRAM, said } from "./support/pieces";

// The hosts of these programs do not exist: a preview that asked one of them could not end.
describe("bad input", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.create({ program: PROGRAM });
  });
  afterAll(() => stack?.remove());

  it.each([...mistakes, conflicts])(
    "is refused at preview, with what to do about it: $title",
    async ({ pieces, messages }) => {
      const run = await stack.preview(...of(...pieces));
      expect(run.exitCode).not.toBe(0);
      for (const message of messages) expect(said(run)).toContain(message);
      expect(said(run)).not.toMatch(/invalid input|undefined|unrecognized/i);
    },
  );
});

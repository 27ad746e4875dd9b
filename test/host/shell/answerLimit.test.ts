import { describe, expect, it } from "vitest";
import { ANSWER_LIMIT, AnswerLimit } from "../../../provider/host/shell/answerLimit";
import { FrameReader } from "../../../provider/host/shell/framing";
import { eachTestHasAShell, sh, shell } from "./support/localShell";

eachTestHasAShell();

const run = (text: string) => shell.run([[sh(text)]]);

describe("the answer of one round trip", () => {
  for (const [where, text] of [
    ["standard output", "yes"],
    ["standard error", "yes >&2"],
    ["one line", "tr '\\0' x </dev/zero"],
  ] as const) {
    it(`is refused when it does not end on ${where}, and the shell is closed`, async () => {
      await expect(run(text)).rejects.toMatchObject({
        kind: "connect",
        message: expect.stringContaining(
          "on director1: the answer is larger than 64 MiB, so the connection was closed",
        ),
      });
      expect(await shell.closed).toEqual({ why: "it was closed" });
    });
  }

  it("may be as large as half of the limit", async () => {
    const [[result] = []] = await run(`head -c ${ANSWER_LIMIT / 2} /dev/zero | tr '\\0' x`);
    expect(result?.stdout).toHaveLength(ANSWER_LIMIT / 2);
  });

  it("is counted by its chunks too", () => {
    const limit = new AnswerLimit();
    const drip = () => {
      for (let at = 0; at < ANSWER_LIMIT / 100; at += 1) limit.count(Buffer.from("x"));
    };
    expect(drip).toThrow("larger than 64 MiB");
  });
});

describe("a mark that the script does not print", () => {
  for (const [what, mark] of [
    ["an unknown label", "7.7 0\n"],
    ["no exit code", "0.0 no\n"],
    ["a label twice", "0.0 0\nnonce 0.0 0\n"],
    ["no end", `0.0 ${"0".repeat(100)}`],
  ] as const) {
    it(`is refused: ${what}`, () => {
      const reader = new FrameReader(
        "nonce",
        () => undefined,
        (label) => label === "0.0",
      );
      expect(() => reader.push(Buffer.from(`nonce ${mark}`))).toThrow("a mark between two answers");
    });
  }

  it("closes the shell", async () => {
    // The text is read by the shell that knows the nonce, as a hostile host does.
    const forged = shell.run([[{ ...sh("echo $nonce 7.7 0"), readOnly: true }]]);
    await expect(forged).rejects.toThrow(
      "not one that was asked for, so the connection was closed",
    );
  });
});

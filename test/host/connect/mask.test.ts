import { describe, expect, it } from "vitest";
import { mask, maskedError } from "../../../provider/host/connect/mask";
import { LvsError } from "../../../provider/values/errors";
import { quote } from "../../../provider/values/quote";

const key =
  "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\nQyNTUxOQAAACBxyz\n-----END OPENSSH PRIVATE KEY-----\n";

describe("mask", () => {
  const secret = `hun"dog'2\\`;

  it.each([
    ["as it is", secret],
    ["in JSON", JSON.stringify({ secret })],
    ["quoted for a shell", quote(secret)],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in a URL", encodeURIComponent(secret)],
  ])("masks a secret %s", (_, text) => {
    const shown = mask(`before ${text} after`, [secret]);
    expect(shown).toContain("[secret]");
    expect(shown).not.toMatch(/hun|dog/);
  });

  it("masks each line of a private key, but not its first and last line", () => {
    expect(mask("bad line QyNTUxOQAAACBxyz", [key])).toBe("bad line [secret]");
    expect(mask("-----BEGIN OPENSSH PRIVATE KEY-----", [key])).toBe(
      "-----BEGIN OPENSSH PRIVATE KEY-----",
    );
  });

  it("masks the longest of two secrets that contain each other", () => {
    expect(mask("abcdef abc", ["abc", "abcdef"])).toBe("[secret] [secret]");
  });

  it("does not mask its own mask", () => {
    expect(mask("a secret", ["secret"])).toBe("a [secret]");
  });

  it("does not change a text without secrets", () => {
    expect(mask("text", ["", "\n"])).toBe("text");
  });
});

describe("maskedError", () => {
  it("keeps the kind, and masks the message and the cause", () => {
    const error = new LvsError("conflict", "with hunter2", { cause: new Error("by hunter2") });
    const shown = maskedError(error, ["hunter2"]);
    expect(shown).toMatchObject({ kind: "conflict", message: "with [secret]" });
    expect((shown.cause as Error).message).toBe("by [secret]");
    expect(shown.stack).not.toContain("hunter2");
  });
});

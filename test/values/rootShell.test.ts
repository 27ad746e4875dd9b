import { describe, expect, it } from "vitest";
import { SHELL_WORDS, sudoersRules } from "../../provider/values/rootShell";

const ruleOf = (user: string, asksForPassword = false) =>
  sudoersRules(user, asksForPassword).trimEnd().split("\n").at(-1) ?? "";

describe("sudoersRules", () => {
  it("allow one command line, as root only, without a wildcard", () => {
    const rule = ruleOf("deploy");
    expect(rule).toBe(
      "deploy ALL=(root) NOPASSWD: /bin/sh -c echo pulumi-lvs-shell $(id -u); exec sh -s",
    );
    expect(rule.split(": ")[1]).toBe(SHELL_WORDS.join(" "));
    expect(SHELL_WORDS.join(" ")).not.toMatch(/[,:=\\#*?[\]!]/);
  });

  it("can ask for a password", () => {
    expect(ruleOf("deploy", true)).toContain("deploy ALL=(root) PASSWD: /bin/sh");
  });

  it("take what sudoers would read as its own for a part of the name", () => {
    expect(ruleOf("ops@example.org")).toMatch(/^ops\\@example\.org ALL=/);
    expect(ruleOf("EXAMPLE\\ops")).toMatch(/^EXAMPLE\\\\ops ALL=/);
  });

  it.each(
    [
      [
        "",
        "ALL",
        "ADMINS",
        "%wheel",
        "#0",
        "+group",
        "a b",
        "a\nb ALL=(ALL) ALL",
        "a,b",
        "!a",
        "a=",
      ],
    ].flat(),
  )("refuses %j", (user) => {
    expect(() => sudoersRules(user, false)).toThrow("is not the name of a user");
  });
});

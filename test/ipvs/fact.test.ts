import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tableFact } from "../../provider/ipvs/fact";
import { parseSavedTable } from "../../provider/ipvs/parse";

const [saved, thresholds, emptyThresholds] = [
  "everything.saved",
  "everything.thresholds",
  "empty.thresholds",
].map((name) =>
  readFileSync(join(__dirname, `../fixtures/ipvs/${name}.ipvsadm-1.31.linux-6.1.txt`), "utf8"),
) as [string, string, string];

function read(stdout: string, exitCode = 0, stderr = "") {
  return tableFact.parse([{ stdout, stderr, exitCode }]);
}

describe("tableFact", () => {
  it("asks ipvsadm only where ip_vs is there, because ipvsadm would load it", () => {
    const [shell, option, script = ""] = tableFact.commands[0]?.argv ?? [];
    expect([shell, option, tableFact.commands.length]).toEqual(["sh", "-c", 1]);
    expect(script.split("\n")[0]).toBe("[ -e /proc/net/ip_vs ] || exit 0");
  });

  it("is an empty table where ip_vs is not loaded", () => {
    expect(read("")).toEqual({});
  });

  it("is an empty table where there is no virtual service", () => {
    expect(read(emptyThresholds)).toEqual({});
  });

  it("reads both answers of ipvsadm", () => {
    expect(read(saved + thresholds)).toEqual(parseSavedTable(saved, thresholds));
  });

  it("fails without ipvsadm, and says how to install it", () => {
    expect(() => read("", 127)).toThrow(
      expect.objectContaining({
        kind: "input",
        message: expect.stringContaining("apt-get install ipvsadm; RHEL: dnf install ipvsadm"),
      }),
    );
  });

  it("fails with what ipvsadm said", () => {
    // ipvsadm 1.31 for a user who is not root
    const stderr = "Can't initialize ipvs: Permission denied (you must be root)\n";
    expect(() => read("", 2, stderr)).toThrow(
      expect.objectContaining({
        kind: "command",
        message: expect.stringContaining("Permission denied (you must be root)"),
      }),
    );
  });

  it("fails when the second answer is missing", () => {
    expect(() => read(saved)).toThrow(
      expect.objectContaining({ kind: "parse", message: expect.stringContaining("no thresholds") }),
    );
  });
});

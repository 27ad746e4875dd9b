import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EndpointKey } from "../../provider/ipvs/model";
import { parseSavedTable } from "../../provider/ipvs/parse";
import { listedFact, servicesFact, tableFact } from "../../provider/ipvs/tableFact";
import type { Fact } from "../../provider/values/fact";
import { dns, web } from "../support/builders";

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

describe.each(["linux-6.1", "linux-6.12"])("with the kernel's list of %s", (release) => {
  const list = join(__dirname, `../fixtures/ipvs/everything.list.${release}.txt`);
  const absent: EndpointKey = { ...web, vip: "192.0.2.8" };
  let bin: string;

  beforeAll(() => {
    bin = mkdtempSync(join(tmpdir(), "pulumi-lvs-bin-"));
    const text =
      '#!/bin/sh\ntest "$1" != -Sn || cat "$SAVED"\ntest "$1" = -Sn || cat "$THRESHOLDS"\n';
    writeFileSync(join(bin, "ipvsadm"), text, { mode: 0o755 });
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  /** Runs the text of a fact where the kernel has this list, and a program in the place of ipvsadm the whole table. */
  function ask<T>(fact: Fact<T>, file = list): T {
    const [, , text = "", ...words] = fact.commands[0]?.argv ?? [];
    const saved = (name: string) =>
      join(__dirname, `../fixtures/ipvs/everything.${name}.ipvsadm-1.31.linux-6.1.txt`);
    const env = {
      PATH: `${bin}:${process.env.PATH}`,
      SAVED: saved("saved"),
      THRESHOLDS: saved("thresholds"),
    };
    const { stdout, stderr, status } = spawnSync(
      "sh",
      ["-c", text.replaceAll("/proc/net/ip_vs", file), ...words],
      { encoding: "utf8", env },
    );
    return fact.parse([{ stdout, stderr, exitCode: status ?? -1 }]);
  }

  it("asks ipvsadm for the whole table when one of the named is there", () => {
    for (const services of [[web], [absent, dns], [dns, web, absent]])
      expect(ask(servicesFact(services))).toEqual(parseSavedTable(saved, thresholds));
  });

  it("is asked for the whole table only where ip_vs is loaded, since it would load it", () => {
    expect(ask(tableFact)).toEqual(parseSavedTable(saved, thresholds));
    expect(ask(tableFact, "/no/such/file")).toEqual({});
    expect(ask(listedFact([web]), "/no/such/file")).toEqual({});
  });

  it("does not ask it when none of the named is there, nor where ip_vs is not loaded", () => {
    expect(ask(servicesFact([absent, { ...web, port: 8 }]))).toEqual({});
    expect(ask(servicesFact([{ ...web, protocol: "sctp" }]))).toEqual({});
    expect(ask(servicesFact([web]), "/no/such/file")).toEqual({});
  });

  it("reads those that are named, with their real servers, and no other ones", () => {
    const found = ask(listedFact([absent, web, dns]));
    const realServers = Object.values(found).map((one) => Object.keys(one.realServers).length);
    expect(Object.keys(found).sort()).toEqual(["tcp 192.0.2.80:80", "udp [2001:db8::80]:53"]);
    expect(realServers.sort()).toEqual([1, 3]);
    expect(ask(listedFact([absent]))).toEqual({});
  });

  it("does not take the beginning of a port, of an address or of a real server for a name", () => {
    for (const name of [
      { ...web, port: 8 },
      { ...web, port: 0x50 * 16 },
      { ...web, vip: "10.0.0.5" },
    ])
      expect(ask(servicesFact([name]))).toEqual({});
  });

  it("asks for the whole table when there are more names than a word of a command may have", () => {
    const isWhole = (length: number) => {
      const services = Array.from({ length }, (_, at) => ({ ...web, port: at + 1 }));
      return [servicesFact, listedFact].map((fact) => fact(services) === tableFact);
    };
    expect(isWhole(6000)).toEqual([false, false]);
    expect(isWhole(10_000)).toEqual([true, true]);
  });

  it("fails when the list cannot be searched", () => {
    expect(() => ask(servicesFact([web]), bin)).toThrow("cannot read the IPVS table");
  });

  it("fails when the list cannot be read", () => {
    const fails = { stdout: "", stderr: "sh: 1: awk: not found", exitCode: 127 };
    expect(() => listedFact([web]).parse([fails])).toThrow("awk: not found");
  });
});

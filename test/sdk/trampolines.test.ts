import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ts from "typescript";
import { describe, expect, it } from "vitest";
import { kinds } from "../../provider/kinds";
import { fixture } from "../support/captures";

type Trampolines = typeof import("../../sdk/trampolines").trampolines;

/** The trampolines as the package has them: compiled, without what the test runner makes of them. */
function compiled(): Trampolines {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-"));
  try {
    const source = readFileSync(join(__dirname, "../../sdk/trampolines.ts"), "utf8");
    const { compilerOptions } = JSON.parse(
      readFileSync(join(__dirname, "../../tsconfig.json"), "utf8"),
    );
    const { config } = ts.parseConfigFileTextToJson(
      "tsconfig.json",
      JSON.stringify({ compilerOptions }),
    );
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, directory);
    const file = join(directory, "trampolines.cjs");
    writeFileSync(file, ts.transpileModule(source, { compilerOptions: options }).outputText);
    return createRequire(__filename)(file).trampolines;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("trampolines", () => {
  const trampolines = compiled();

  it("is one for each kind of the engine", () => {
    expect(Object.keys(trampolines)).toEqual(Object.keys(kinds));
    for (const [name, { kind }] of Object.entries(trampolines)) expect(kind).toBe(name);
  });

  // States that were written years ago hold this text: a change of it is a change of all of them.
  it.each(Object.keys(trampolines))(
    "is written into the state as it always was: %s",
    async (name) => {
      const provider = trampolines[name as keyof Trampolines];
      const { text } = await pulumi.runtime.serializeFunction(() => provider);
      expect(text.replaceAll(`"${name}"`, '"KIND"')).toBe(fixture("sdk/trampoline.txt"));
      expect(text.length).toBeLessThan(3000);
      expect(text.match(/require\([^)]*\)/g)).toEqual(
        Array(6).fill('require("pulumi-lvs/runtime")'),
      );
    },
  );
});

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command";

/** A Go program that is built from a module's published version, without a checkout of it. */
export interface GoProgram {
  name: string;
  version: string;
  package: string;
  requires: readonly string[];
  replaces?: readonly string[];
  linkerFlags?: readonly string[];
}

/** Builds a Go program into a directory. */
export async function buildGoProgram(program: GoProgram, binDir: string): Promise<void> {
  const source = join(binDir, `source-of-${program.name}`);
  mkdirSync(source);
  writeFileSync(join(source, "go.mod"), goMod(program));
  writeFileSync(
    join(source, "tools.go"),
    `//go:build tools\n\npackage tools\n\nimport _ "${program.package}"\n`,
  );
  await command(
    [
      ...["go", "build", "-ldflags", ["-s -w", ...(program.linkerFlags ?? [])].join(" ")],
      ...["-o", join(binDir, program.name), program.package],
    ],
    {
      cwd: source,
      env: { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ""} -mod=mod`.trim() },
      doing: `building ${program.name} ${program.version} from Go modules (once)`,
    },
  );
  rmSync(source, { recursive: true });
}

function goMod(program: GoProgram): string {
  const lines = ["module tools", "go 1.25.11"];
  lines.push(...program.requires.map((module) => `require ${module}`));
  lines.push(...(program.replaces ?? []).map((module) => `replace ${module}`));
  return `${lines.join("\n")}\n`;
}

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command";

/** A Go program that is built from a module's published version, without a checkout of it. */
interface GoProgram {
  name: string;
  version: string;
  package: string;
  requires: readonly string[];
  replaces?: readonly string[];
}

/** The version that `@pulumi/pulumi` in package.json matches. */
export const PULUMI_VERSION = "3.245.0";

const PROGRAMS: readonly GoProgram[] = [
  {
    name: "pulumi",
    version: PULUMI_VERSION,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    requires: [
      `github.com/pulumi/pulumi/pkg/v3 v${PULUMI_VERSION}`,
      `github.com/pulumi/pulumi/sdk/v3 v${PULUMI_VERSION}`,
    ],
    // As in Pulumi's own go.mod, whose replacements do not reach us.
    replaces: [
      "github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
    ],
  },
  {
    // The language host of later versions is a module of its own that is not published.
    name: "pulumi-language-nodejs",
    version: "3.68.0",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    requires: ["github.com/pulumi/pulumi/sdk/v3 v3.68.0"],
  },
];

/** Builds the Pulumi CLI and its language host for Node from Go modules into a directory. */
export async function buildPulumi(binDir: string): Promise<void> {
  for (const program of PROGRAMS) await buildGoProgram(program, binDir);
}

async function buildGoProgram(program: GoProgram, binDir: string): Promise<void> {
  const source = join(binDir, `source-of-${program.name}`);
  mkdirSync(source);
  writeFileSync(join(source, "go.mod"), goMod(program));
  writeFileSync(
    join(source, "tools.go"),
    `//go:build tools\n\npackage tools\n\nimport _ "${program.package}"\n`,
  );
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${program.version}`;
  await command(
    [
      ...["go", "build", "-ldflags", `-s -w -X ${version}`],
      ...["-o", join(binDir, program.name), program.package],
    ],
    {
      cwd: source,
      env: { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ""} -mod=mod`.trim() },
      doing: `building ${program.name} ${program.version} from Go modules (some minutes, once)`,
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

import { buildGoProgram, type GoProgram } from "./goProgram";

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
  for (const program of PROGRAMS) {
    const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${program.version}`;
    await buildGoProgram({ ...program, linkerFlags: [version] }, binDir);
  }
}

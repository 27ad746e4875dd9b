import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWorkspace } from "../../provider/cli/rollback/decrypt";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pulumi-lvs-workspace-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("the workspace of a rollback", () => {
  it.each([undefined, "config"])("has the settings of the stack, with stackConfigDir %s", (dir) => {
    const [directory, copy] = [join(root, "program"), join(root, "copy")];
    mkdirSync(join(directory, dir ?? "."), { recursive: true });
    mkdirSync(copy);
    writeFileSync(join(directory, dir ?? ".", "Pulumi.dev.yaml"), "encryptionsalt: v1");
    const settings = { name: "web", runtime: "nodejs", ...(dir && { stackConfigDir: dir }) };
    const project = {
      ...{ directory, settings, name: "web", main: join(directory, "src") },
      ...{ stack: "dev", stackName: "dev", backend: "file:///srv/state" },
    };
    writeWorkspace(project, copy, "file:///srv/state");
    expect(readFileSync(join(copy, "Pulumi.dev.yaml"), "utf8")).toBe("encryptionsalt: v1");
    expect(JSON.parse(readFileSync(join(copy, "Pulumi.yaml"), "utf8"))).toEqual({
      ...{ name: "web", runtime: "nodejs", main: join(directory, "src") },
      backend: { url: "file:///srv/state" },
    });
  });
});

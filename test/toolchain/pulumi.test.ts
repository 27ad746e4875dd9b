import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensurePulumi } from "./pulumi";
import { buildPulumi, PULUMI_VERSION } from "./pulumiBuild";

vi.mock("./pulumiBuild", async (importOriginal) => ({
  ...(await importOriginal<typeof import("./pulumiBuild")>()),
  buildPulumi: vi.fn(),
}));

const LAUNCHER = "pulumi-resource-pulumi-nodejs";

describe("ensurePulumi", () => {
  let root: string;
  const at = (...names: string[]) => join(root, ...names);
  const CACHED = `cache/pulumi-${PULUMI_VERSION}`;

  /** A directory of a CLI that only says its version, and of its language host for Node. */
  function fakePulumi(directory: string, version: string, others = ["pulumi-language-nodejs"]) {
    mkdirSync(directory, { recursive: true });
    const scripts = { pulumi: `[ "$1" = version ] && echo ${version}`, ...fromNames(others) };
    for (const [name, line] of Object.entries(scripts))
      writeFileSync(join(directory, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    return directory;
  }
  const fromNames = (names: readonly string[]) => Object.fromEntries(names.map((one) => [one, ""]));
  const onPath = (...directories: string[]) =>
    vi.stubEnv("PATH", [...directories, "/usr/bin", "/bin"].join(delimiter));
  /** The cache has one already. */
  const isCached = () => fakePulumi(at(CACHED), `v${PULUMI_VERSION}`);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "pulumi-lvs-toolchain-"));
    vi.stubEnv("PULUMI_LVS_CACHE", at("cache"));
    vi.stubGlobal(
      "fetch",
      vi.fn(() => Promise.reject(new Error("no network in a unit test"))),
    );
    vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    onPath();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.mocked(buildPulumi).mockReset();
    rmSync(root, { recursive: true });
  });

  it.each(["v3.216.0", "3.216.0", "v3.300.1"])("takes %s on PATH as it is", async (version) => {
    const found = fakePulumi(at("bin"), version, ["pulumi-language-nodejs", LAUNCHER]);
    onPath(found);
    const before = readdirSync(found);
    const { binDir, env } = await ensurePulumi();
    expect(binDir).toBe(found);
    expect(env.PATH?.split(delimiter)[0]).toBe(found);
    expect(readdirSync(found)).toEqual(before);
    expect(existsSync(at("cache"))).toBe(false);
  });

  it("adds no launcher to the directory of one that has none", async () => {
    const found = fakePulumi(at("bin"), "v3.216.0");
    onPath(found);
    const { env } = await ensurePulumi();
    expect(env.PATH?.split(delimiter).slice(0, 2)).toEqual([found, at("cache/launcher")]);
    expect(readdirSync(found)).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(existsSync(at("cache/launcher", LAUNCHER))).toBe(true);
  });

  it.each([
    ["is too old", () => onPath(fakePulumi(at("bin"), "v3.215.9"))],
    ["is of another major version", () => onPath(fakePulumi(at("bin"), "v4.0.0"))],
    ["has no language host", () => onPath(fakePulumi(at("bin"), "v3.216.0", []))],
    ["does not start", () => chmodSync(join(onBroken(), "pulumi"), 0o644)],
    ["is not there", () => undefined],
  ])("takes the cache's when the one on PATH %s", async (_, prepare) => {
    isCached();
    prepare();
    const { binDir } = await ensurePulumi();
    expect(binDir).toBe(at(CACHED));
    expect(existsSync(at(CACHED, LAUNCHER))).toBe(true);
    expect(fetch).not.toHaveBeenCalled();
    expect(buildPulumi).not.toHaveBeenCalled();
  });
  function onBroken(): string {
    const directory = fakePulumi(at("bin"), "v3.216.0");
    onPath(directory);
    return directory;
  }

  it("asks for the official download when the cache is empty, and builds when that fails", async () => {
    vi.mocked(buildPulumi).mockImplementation(async (directory) => {
      fakePulumi(directory, `v${PULUMI_VERSION}`);
    });
    const { binDir } = await ensurePulumi();
    expect(binDir).toBe(at(CACHED));
    expect(vi.mocked(fetch).mock.calls[0]?.[0]).toMatch(
      new RegExp(`^https://get\\.pulumi\\.com/releases/sdk/pulumi-v${PULUMI_VERSION}-linux-`),
    );
    expect(buildPulumi).toHaveBeenCalledOnce();
    await ensurePulumi();
    expect(buildPulumi).toHaveBeenCalledOnce();
  });

  it("takes the download, and builds nothing", async () => {
    fakePulumi(at("made/pulumi"), `v${PULUMI_VERSION}`);
    const tar = execFileSync("tar", ["-cz", "-C", at("made"), "pulumi"]);
    vi.mocked(fetch).mockResolvedValue(new Response(tar));
    const { binDir } = await ensurePulumi();
    expect(binDir).toBe(at(CACHED));
    expect(existsSync(at(CACHED, "pulumi"))).toBe(true);
    expect(buildPulumi).not.toHaveBeenCalled();
  });

  it("builds when the download does not run here", async () => {
    fakePulumi(at("made/pulumi"), "v3.1.0");
    const tar = execFileSync("tar", ["-cz", "-C", at("made"), "pulumi"]);
    vi.mocked(fetch).mockResolvedValue(new Response(tar));
    vi.mocked(buildPulumi).mockImplementation(async (directory) => {
      fakePulumi(directory, `v${PULUMI_VERSION}`);
    });
    await ensurePulumi();
    expect(buildPulumi).toHaveBeenCalledOnce();
  });

  it("keeps nothing of a build that does not run", async () => {
    await expect(ensurePulumi()).rejects.toThrow("the Pulumi CLI was built, but does not run");
    expect(existsSync(at(CACHED))).toBe(false);
  });
});

import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryStore } from "../../provider/cli/backend/files";
import { StoredHistory } from "../../provider/cli/backend/storedHistory";
import { showUpdate } from "../../provider/cli/clusters/updates";
import { lvs, stack } from "./support/states";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pulumi-lvs-files-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(directory: string, time: string, name: string, ending = ""): void {
  const folder = join(root, ".pulumi/history", directory);
  mkdirSync(folder, { recursive: true });
  const put = (what: string, value: unknown) => {
    const text = Buffer.from(JSON.stringify(value));
    const file = join(folder, `dev-${time}.${what}.json${ending}`);
    writeFileSync(file, ending === ".gz" ? gzipSync(text) : text);
  };
  const times = { startTime: 1764208800, endTime: 1764208812 };
  put("history", { kind: "update", result: "succeeded", message: name, ...times });
  const latest = stack(lvs("Director", name));
  put("checkpoint", { version: 3, checkpoint: { stack: "dev", latest } });
}

const history = () => new StoredHistory({ name: "lvs", stack: "dev" }, directoryStore(root));

describe("the history in a backend of files", () => {
  it("counts from the oldest update, whatever the length of the times", async () => {
    write("lvs/dev", "1000", "second");
    write("lvs/dev", "999", "first");
    const entries = await history().entries();
    expect(entries.map(({ number, message }) => [number, message])).toEqual([
      [1, "first"],
      [2, "second"],
    ]);
    expect(entries[0]).toMatchObject({ environment: {}, startTime: new Date(1764208800_000) });
    expect((await entries[1]?.deployment())?.resources?.[1]?.urn).toContain("second");
  });

  it("reads what is compressed", async () => {
    write("lvs/dev", "1", "small", ".gz");
    const [entry] = await history().entries();
    expect((await entry?.deployment())?.resources?.[1]?.urn).toContain("small");
  });

  it("reads zstd, as Pulumi writes it, with every Node.js", async () => {
    const written = resolve(__dirname, "../fixtures/history/empty.pulumi-3.245.0.zstd");
    cpSync(written, join(root, ".pulumi/history/lvs/dev"), { recursive: true });
    const [entry] = await history().entries();
    expect(entry).toMatchObject({ kind: "refresh", result: "succeeded" });
    expect(entry?.environment["pulumi.version"]).toBe("3.245.0");
    expect(await entry?.deployment()).toMatchObject({ manifest: { version: "3.245.0" } });
  });

  it.each([".gz", ".zst"])("names a file that says that it is %s, and is not", async (ending) => {
    write("lvs/dev", "1", "small", "");
    const folder = join(root, ".pulumi/history/lvs/dev");
    renameSync(join(folder, "dev-1.history.json"), join(folder, `dev-1.history.json${ending}`));
    await expect(history().entries()).rejects.toThrow(
      `${folder}/dev-1.history.json${ending} cannot be uncompressed: `,
    );
  });

  it("reads the layout without projects of old backends", async () => {
    write("dev", "1", "old");
    expect(await history().entries()).toHaveLength(1);
  });

  it("has no entries for a stack without updates", async () => {
    expect(await history().entries()).toEqual([]);
  });

  it("names the checkpoint that is missing", async () => {
    write("lvs/dev", "1", "first");
    rmSync(join(root, ".pulumi/history/lvs/dev/dev-1.checkpoint.json"));
    const [entry] = await history().entries();
    await expect(entry?.deployment()).rejects.toThrow(
      /^update 1 has no checkpoint: .*dev-1.checkpoint.json is missing$/,
    );
    const shown = entry && (await showUpdate(entry, [entry]));
    expect(shown?.changes).toEqual([
      expect.stringMatching(/^changes are not known: update 1 has no checkpoint/),
    ]);
  });
});

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bucketStore, parseBucketUrl } from "../../provider/cli/backend/bucket";
import { s3Bucket, s3Settings } from "../../provider/cli/backend/s3";
import { StoredHistory } from "../../provider/cli/backend/storedHistory";
import { lvs, stack } from "../cli/support/states";
import { type S3Server, startS3Server } from "../stack/s3Server";

const UPDATES = 1001;

describe("a backend in a bucket of S3", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  }, 300_000);
  afterAll(() => {
    server?.stop();
    vi.unstubAllEnvs();
  });

  const urlOf = (path: string) => {
    const url = parseBucketUrl(server.backend(path));
    if (!url) throw new Error("no bucket");
    return url;
  };
  const storeOf = async (path: string) => bucketStore(urlOf(path), await s3Bucket(urlOf(path)));
  const put = async (files: Readonly<Record<string, unknown>>) => {
    const client = new S3Client(s3Settings(urlOf("").parameters));
    const bucket = { Bucket: "state" };
    for (const [Key, value] of Object.entries(files))
      await client.send(new PutObjectCommand({ ...bucket, Key, Body: JSON.stringify(value) }));
  };

  it("has the history of a stack below a path, in more pages than one", async () => {
    const directory = "team/a/.pulumi/history/lvs/dev";
    const times = { startTime: 1764208800, endTime: 1764208812 };
    const numbers = Array.from({ length: UPDATES }, (_, index) => index + 1);
    const updates = numbers.map((number) => [
      `${directory}/dev-${number}.history.json`,
      { kind: "update", result: "succeeded", message: `update ${number}`, ...times },
    ]);
    const latest = stack(lvs("Director", "director1"));
    await put({
      ...Object.fromEntries(updates),
      [`${directory}/dev-7.checkpoint.json`]: { version: 3, checkpoint: { latest } },
      [`${directory}/dev-7.history.json/below`]: "is no file of the directory",
      "team/.pulumi/history/lvs/dev/dev-1.history.json": "is another backend's",
    });
    const names = { name: "lvs", stack: "dev" };
    const entries = await new StoredHistory(names, await storeOf("team/a")).entries();
    expect(entries.map(({ message }) => message)).toEqual(
      numbers.map((number) => `update ${number}`),
    );
    expect(await entries[6]?.deployment()).toEqual(latest);
    await expect(entries[7]?.deployment()).rejects.toThrow(
      `update 8 has no checkpoint: s3://state/${directory}/dev-8.checkpoint.json is missing`,
    );
  });

  it("says what the server says, in one message", async () => {
    const url = { ...urlOf("team"), bucket: "elsewhere" };
    const store = bucketStore(url, await s3Bucket(url));
    await expect(store.list(".pulumi")).rejects.toThrow(
      "cannot read s3://elsewhere/team/.pulumi: NoSuchBucket: The specified bucket does not exist",
    );
  });
});

import { describe, expect, it } from "vitest";
import {
  type Bucket,
  type BucketUrl,
  bucketStore,
  parseBucketUrl,
} from "../../provider/cli/backend/bucket";
import { loadClient } from "../../provider/cli/backend/client";
import { s3Settings } from "../../provider/cli/backend/s3";

const parameters = (query: string) => new URLSearchParams(query);

describe("parseBucketUrl", () => {
  it.each([
    ["s3://state", "s3:", "state", ""],
    ["s3://my_state?region=eu-west-1", "s3:", "my_state", ""],
    ["gs://state/team/a", "gs:", "state", "team/a/"],
    ["azblob://state/team%20b/?storage_account=acme", "azblob:", "state", "team b/"],
  ])("reads %s", (url, scheme, bucket, prefix) => {
    expect(parseBucketUrl(url)).toMatchObject({ scheme, bucket, prefix });
  });

  it.each(["file:///srv/state", "https://api.pulumi.com", "postgres://state", "s3://"])(
    "finds no bucket in %s",
    (url) => expect(parseBucketUrl(url)).toBeUndefined(),
  );
});

describe("a backend in a bucket", () => {
  const url = parseBucketUrl("s3://state/team") as BucketUrl;
  const bucket = (parts: Partial<Bucket>): Bucket => ({
    list: async () => [],
    read: async () => undefined,
    ...parts,
  });

  it("has the files below its path only", async () => {
    const asked: string[] = [];
    const note = (name: string) => void asked.push(name);
    const store = bucketStore(
      url,
      bucket({
        async list(prefix) {
          note(prefix);
          return [prefix, `${prefix}one`, `${prefix}two`];
        },
        async read(name) {
          note(name);
          return Buffer.from(name);
        },
      }),
    );
    expect(await store.list("a/b")).toEqual(["one", "two"]);
    expect(Buffer.from((await store.read("a/one")) ?? []).toString()).toBe("team/a/one");
    expect(asked).toEqual(["team/a/b/", "team/a/one"]);
  });

  it("asks for sixteen files at once, and for the others when those are there", async () => {
    let running = 0;
    let most = 0;
    const read = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return undefined;
    };
    const store = bucketStore(url, bucket({ read }));
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.read(String(index))));
    expect(most).toBe(16);
  });

  it("goes on after a request that failed, and says where it was", async () => {
    const error = Object.assign(new Error("no rights"), { name: "AccessDenied" });
    const store = bucketStore(url, bucket({ read: () => Promise.reject(error) }));
    const all = Array.from({ length: 20 }, () => store.read("a/one"));
    for (const result of await Promise.allSettled(all))
      expect(result).toMatchObject({
        reason: { message: "cannot read s3://state/team/a/one: AccessDenied: no rights" },
      });
  });
});

describe("the settings of a bucket of S3", () => {
  it.each([
    ["", {}],
    ["region=eu-west-1&profile=ops&awssdk=v2", { region: "eu-west-1", profile: "ops" }],
    ["endpoint=https://s3.test", { endpoint: "https://s3.test" }],
    ["endpoint=s3.test:9000", { endpoint: "https://s3.test:9000" }],
    ["endpoint=s3.test&disableSSL=true", { endpoint: "http://s3.test", tls: false }],
    ["endpoint=s3.test&disable_https=1", { endpoint: "http://s3.test", tls: false }],
    ["s3ForcePathStyle=true", { forcePathStyle: true }],
    ["use_path_style=true", { forcePathStyle: true }],
    ["use_path_style=false&dualstack=true", { useDualstackEndpoint: true }],
    ["accelerate=true&fips=true", { useAccelerateEndpoint: true, useFipsEndpoint: true }],
    ["ssetype=aws:kms&kmskeyid=a&rate_limiter_capacity=5", {}],
    ["response_checksum_validation=when_required", { responseChecksumValidation: "WHEN_REQUIRED" }],
  ])("are those of ?%s", (query, settings) => {
    expect(s3Settings(parameters(query))).toEqual(settings);
  });

  it("sign nothing for anonymous requests", async () => {
    const { signer } = s3Settings(parameters("anonymous=true"));
    const request = { headers: {} };
    expect(await (signer as { sign: (value: object) => Promise<object> }).sign(request)).toBe(
      request,
    );
  });

  it("refuse a role, and say what does the same", () => {
    expect(() => s3Settings(parameters("role=arn:aws:iam::1:role/a"))).toThrow(
      /cannot assume: give a profile of ~\/.aws\/config that has role_arn$/,
    );
  });
});

describe("loadClient", () => {
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });

  it("says what to install where a client is not there", async () => {
    await expect(
      loadClient("@azure/identity", () => Promise.reject(missing("@azure/identity"))),
    ).rejects.toThrow(
      "the history of this backend is read by @azure/identity, which is not installed: npm install --save-dev @azure/identity",
    );
  });

  it("does not hide what a client itself misses", async () => {
    await expect(
      loadClient("@azure/identity", () => Promise.reject(missing("@azure/msal-node"))),
    ).rejects.toThrow("Cannot find module '@azure/msal-node'");
  });
});

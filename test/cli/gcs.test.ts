import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BucketUrl, bucketStore, parseBucketUrl } from "../../provider/cli/backend/bucket";
import { gcsBucket } from "../../provider/cli/backend/gcs";
import { startWebServer, type WebServer } from "./support/webServer";

/** Answers like the JSON interface of Cloud Storage, with one name a page. */
function answer(asked: string[], authorizations: unknown[]) {
  return (url: URL, { headers }: { headers: NodeJS.Dict<string | string[]> }) => {
    asked.push(`${url.pathname}?${url.searchParams}`);
    authorizations.push(headers.authorization);
    const body = (value: unknown, status = 200) => ({
      ...{ status, headers: { "content-type": "application/json" } },
      body: JSON.stringify(value),
    });
    if (url.pathname === "/storage/v1/b/state/o") {
      const isLast = url.searchParams.get("pageToken") === "second";
      const name = `${url.searchParams.get("prefix")}${isLast ? "two" : "one"}`;
      return body({ items: [{ name }], ...(!isLast && { nextPageToken: "second" }) });
    }
    if (url.pathname.endsWith("/o/team%2Fa%2Fone") && url.searchParams.get("alt") === "media")
      return { body: "what it has" };
    return body({ error: { code: 404, message: "The specified bucket does not exist." } }, 404);
  };
}

describe("a backend in a bucket of Google Cloud Storage", () => {
  const asked: string[] = [];
  const authorizations: unknown[] = [];
  let server: WebServer;
  beforeEach(async () => {
    server = await startWebServer(answer(asked, authorizations));
    asked.length = authorizations.length = 0;
  });
  afterEach(() => {
    server.stop();
    vi.unstubAllEnvs();
  });
  const open = async (text: string) => {
    const url = parseBucketUrl(text) as BucketUrl;
    const here = { apiEndpoint: server.url, useAuthWithCustomEndpoint: true };
    return bucketStore(url, await gcsBucket(url, here));
  };

  it("is listed page by page, and read, with the token of the environment", async () => {
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token");
    const store = await open("gs://state/team");
    expect(await store.list("a")).toEqual(["one", "two"]);
    expect(String(await store.read("a/one"))).toBe("what it has");
    expect(await store.read("a/two")).toBeUndefined();
    expect(asked[0]).toContain("prefix=team%2Fa%2F&delimiter=%2F");
    expect(new Set(authorizations)).toEqual(new Set(["Bearer a-token"]));
  });

  it("takes the key in GOOGLE_CREDENTIALS before a token, and signs with it", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    const key = { type: "service_account", client_email: "ops@acme.test", private_key: pem };
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token");
    vi.stubEnv("GOOGLE_CREDENTIALS", JSON.stringify(key));
    // With Google's own universe the client would request a token from Google. Another universe accepts a signed JWT.
    const store = await open("gs://state/team?universe_domain=cloud.test");
    expect(await store.list("a")).toEqual(["one", "two"]);
    const [, claims = ""] = String(authorizations[0]).split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString()).iss).toBe("ops@acme.test");
    vi.stubEnv("GOOGLE_CREDENTIALS", "/a/file.json");
    await expect(open("gs://state")).rejects.toThrow("GOOGLE_CREDENTIALS is not JSON");
  });

  it("sends nothing of the user to a bucket for everybody", async () => {
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token");
    const store = await open("gs://state/team?anonymous=true");
    expect(await store.list("a")).toEqual(["one", "two"]);
    expect(new Set(authorizations)).toEqual(new Set([undefined]));
  });

  it("says what the service says", async () => {
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "a-token");
    const store = await open("gs://elsewhere");
    await expect(store.list("a")).rejects.toThrow(
      "cannot read gs://elsewhere/a: The specified bucket does not exist.",
    );
  });
});

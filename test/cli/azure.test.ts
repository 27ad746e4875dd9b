import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { azureBucket, serviceUrl } from "../../provider/cli/backend/azure";
import { type BucketUrl, bucketStore, parseBucketUrl } from "../../provider/cli/backend/bucket";
import { type Answer, startWebServer, type WebServer } from "./support/webServer";

const KEY = Buffer.from("the key of an account").toString("base64");

const xml = (body: string, status = 200, headers = {}): Answer => ({
  ...{ status, headers: { "content-type": "application/xml", ...headers } },
  body: `<?xml version="1.0" encoding="utf-8"?>${body}`,
});

/** Answers like Azure's blob service, with one name a page. */
function answer(url: URL): Answer {
  const prefix = url.searchParams.get("prefix");
  if (url.pathname === "/acme/state" && url.searchParams.get("comp") === "list") {
    const isLast = url.searchParams.get("marker") === "second";
    const blob = `<Blob><Name>${prefix}${isLast ? "two" : "one"}</Name><Properties/></Blob>`;
    const below = `<BlobPrefix><Name>${prefix}below/</Name></BlobPrefix>`;
    const marker = isLast ? "<NextMarker/>" : "<NextMarker>second</NextMarker>";
    return xml(
      `<EnumerationResults><Prefix>${prefix}</Prefix><Blobs>${blob}${below}</Blobs>${marker}</EnumerationResults>`,
    );
  }
  if (url.pathname === "/acme/state/team/a/one")
    return { headers: { etag: '"1"' }, body: "what it has" };
  const code = url.pathname.startsWith("/acme/state/") ? "BlobNotFound" : "ContainerNotFound";
  return xml(
    `<Error><Code>${code}</Code><Message>The specified container does not exist.</Message></Error>`,
    ...([404, { "x-ms-error-code": code }] as const),
  );
}

describe("a backend in a container of Azure", () => {
  const authorizations: unknown[] = [];
  const asked: URL[] = [];
  let server: WebServer;
  let query: string;
  beforeEach(async () => {
    server = await startWebServer((url, { headers }) => {
      authorizations.push(headers.authorization);
      asked.push(url);
      return answer(url);
    });
    query = `protocol=http&domain=${server.url.slice("http://".length)}`;
    authorizations.length = asked.length = 0;
  });
  afterEach(() => {
    server.stop();
    vi.unstubAllEnvs();
  });
  const open = async (container: string) => {
    const url = parseBucketUrl(`azblob://${container}?${query}`) as BucketUrl;
    return bucketStore(url, await azureBucket(url));
  };

  it("is listed page by page, and read, with the key of the account", async () => {
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", "acme");
    vi.stubEnv("AZURE_STORAGE_KEY", KEY);
    const store = await open("state/team");
    expect(await store.list("a")).toEqual(["one", "two"]);
    expect(String(await store.read("a/one"))).toBe("what it has");
    expect(await store.read("a/two")).toBeUndefined();
    for (const authorization of authorizations) expect(authorization).toMatch(/^SharedKey acme:/);
  });

  it("is asked with a shared access signature, and with a connection string", async () => {
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", "acme");
    vi.stubEnv("AZURE_STORAGE_SAS_TOKEN", "?sig=signed");
    expect(await (await open("state/team")).list("a")).toEqual(["one", "two"]);
    expect(asked.every((url) => url.searchParams.get("sig") === "signed")).toBe(true);
    vi.unstubAllEnvs();
    const endpoint = `BlobEndpoint=${server.url}/acme`;
    const connection = `DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=${KEY};${endpoint}`;
    vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", connection);
    expect(await (await open("state/team")).list("a")).toEqual(["one", "two"]);
    expect(authorizations.at(-1)).toMatch(/^SharedKey acme:/);
  });

  it("says what the service says", async () => {
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", "acme");
    vi.stubEnv("AZURE_STORAGE_KEY", KEY);
    await expect((await open("elsewhere")).list("a")).rejects.toThrow(
      "cannot read azblob://elsewhere/a: ContainerNotFound: The specified container does not exist.",
    );
  });
});

describe("the URL of an account's blobs", () => {
  it.each([
    ["storage_account=acme", {}, "https://acme.blob.core.windows.net"],
    ["", { AZURE_STORAGE_ACCOUNT: "acme" }, "https://acme.blob.core.windows.net"],
    [
      "",
      { AZURE_STORAGE_CONNECTION_STRING: "A=b;AccountName=acme" },
      "https://acme.blob.core.windows.net",
    ],
    ["storage_account=a&domain=blobs.test", { AZURE_STORAGE_ACCOUNT: "b" }, "https://a.blobs.test"],
    ["storage_account=a&domain=cdn.test&cdn=true", {}, "https://cdn.test"],
    ["storage_account=a&domain=h:1&protocol=http&localemu=true", {}, "http://h:1/a"],
    [
      "storage_account=a",
      { AZURE_STORAGE_DOMAIN: "localhost:1", AZURE_STORAGE_PROTOCOL: "http" },
      "http://localhost:1/a",
    ],
  ])("is found by ?%s and %j", (query, env, url) => {
    expect(serviceUrl(new URLSearchParams(query), env)).toBe(url);
  });

  it("has to name an account", () => {
    expect(() => serviceUrl(new URLSearchParams(), {})).toThrow("give ?storage_account=");
  });
});

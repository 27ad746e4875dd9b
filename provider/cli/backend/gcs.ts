import type { StorageOptions } from "@google-cloud/storage";
import { CliError } from "../cliError";
import { type Bucket, type BucketUrl, isSet } from "./bucket";
import { loadClient } from "./client";

/**
 * A bucket of Google Cloud Storage.
 * @param options - options of the client besides the credentials, which are those that Pulumi would use
 */
export async function gcsBucket(
  { bucket, parameters }: BucketUrl,
  options: StorageOptions = {},
): Promise<Bucket> {
  const { Storage } = await loadClient(
    "@google-cloud/storage",
    () => import("@google-cloud/storage"),
  );
  const universeDomain = parameters.get("universe_domain");
  const client = new Storage({
    ...options,
    ...(universeDomain && { universeDomain }),
    ...(await credentialsOf(parameters, process.env)),
  }).bucket(bucket);
  return {
    async list(prefix) {
      const [files] = await client.getFiles({ prefix, delimiter: "/" });
      return files.map(({ name }) => name);
    },
    async read(name) {
      try {
        const [data] = await client.file(name).download();
        return data;
      } catch (error) {
        if ((error as { code?: unknown }).code === 404) return undefined;
        throw error;
      }
    },
  };
}

/** The credentials in Pulumi's order: GOOGLE_CREDENTIALS, GOOGLE_OAUTH_ACCESS_TOKEN, the defaults of Google's tools. */
async function credentialsOf(
  parameters: URLSearchParams,
  { GOOGLE_CREDENTIALS: key, GOOGLE_OAUTH_ACCESS_TOKEN: token }: NodeJS.ProcessEnv,
): Promise<StorageOptions> {
  const isAnonymous = isSet(parameters, "anonymous");
  if (key && !isAnonymous) return { credentials: parsed(key) };
  if (!token && !isAnonymous) return {};
  const { OAuth2Client, PassThroughClient } = await loadClient(
    "google-auth-library",
    () => import("google-auth-library"),
  );
  if (isAnonymous) return { authClient: new PassThroughClient() };
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token as string });
  return { authClient };
}

function parsed(key: string) {
  try {
    return JSON.parse(key);
  } catch {
    throw new CliError("GOOGLE_CREDENTIALS is not JSON: give what the file of credentials has");
  }
}

import { buffer } from "node:stream/consumers";
import { CliError } from "../cliError";
import { type Bucket, type BucketUrl, isSet } from "./bucket";
import { loadClient } from "./client";

/** A container of Azure Blob Storage, with the account and the credentials that Pulumi would use. */
export async function azureBucket(url: BucketUrl): Promise<Bucket> {
  const client = await containerOf(url, process.env);
  return {
    async list(prefix) {
      const names: string[] = [];
      for await (const item of client.listBlobsByHierarchy("/", { prefix }))
        if (item.kind === "blob") names.push(item.name);
      return names;
    },
    async read(name) {
      try {
        const { readableStreamBody } = await client.getBlobClient(name).download();
        return readableStreamBody && (await buffer(readableStreamBody));
      } catch (error) {
        if ((error as { code?: unknown }).code === "BlobNotFound") return undefined;
        throw error;
      }
    },
  };
}

/** The credentials in Pulumi's order: account key, shared access signature, connection string, DefaultAzureCredential. */
async function containerOf({ bucket, parameters }: BucketUrl, env: NodeJS.ProcessEnv) {
  const { ContainerClient, StorageSharedKeyCredential } = await loadClient(
    "@azure/storage-blob",
    () => import("@azure/storage-blob"),
  );
  const { AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key } = env;
  const { AZURE_STORAGE_SAS_TOKEN: signature } = env;
  const connection = connectionString(env);
  if (account && key) {
    const credential = new StorageSharedKeyCredential(account, key);
    return new ContainerClient(`${serviceUrl(parameters, env)}/${bucket}`, credential);
  }
  if (signature)
    return new ContainerClient(
      `${serviceUrl(parameters, env)}/${bucket}?${signature.replace(/^\?/, "")}`,
    );
  if (connection) return new ContainerClient(connection, bucket);
  const { DefaultAzureCredential } = await loadClient(
    "@azure/identity",
    () => import("@azure/identity"),
  );
  return new ContainerClient(
    `${serviceUrl(parameters, env)}/${bucket}`,
    new DefaultAzureCredential(),
  );
}

function connectionString(env: NodeJS.ProcessEnv): string | undefined {
  return env.AZURE_STORAGE_CONNECTION_STRING || env.AZURE_STORAGEBLOB_CONNECTIONSTRING;
}

/** The URL of the account's blobs, from the parameters of the backend's URL and the environment. */
export function serviceUrl(parameters: URLSearchParams, env: NodeJS.ProcessEnv): string {
  const account =
    parameters.get("storage_account") ||
    env.AZURE_STORAGE_ACCOUNT ||
    /(?:^|;)AccountName=([^;]+)/.exec(connectionString(env) ?? "")?.[1];
  if (!account)
    throw new CliError(
      "the backend's URL names no account: give ?storage_account=..., or AZURE_STORAGE_ACCOUNT",
    );
  const domain = parameters.get("domain") || env.AZURE_STORAGE_DOMAIN || "blob.core.windows.net";
  const protocol = parameters.get("protocol") || env.AZURE_STORAGE_PROTOCOL || "https";
  const isEnabled = (name: string, variable: string) =>
    parameters.has(name) ? isSet(parameters, name) : /^(1|t|true)$/i.test(env[variable] ?? "");
  const isLocal =
    /^(127\.0\.0\.1|localhost)/.test(domain) ||
    isEnabled("localemu", "AZURE_STORAGE_IS_LOCAL_EMULATOR");
  if (isLocal) return `${protocol}://${domain}/${account}`;
  const host = isEnabled("cdn", "AZURE_STORAGE_IS_CDN") ? domain : `${account}.${domain}`;
  return `${protocol}://${host}`;
}

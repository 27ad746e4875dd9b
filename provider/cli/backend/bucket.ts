import { CliError } from "../cliError";
import type { FileStore } from "./store";

/** The URL of a backend in a bucket: `s3://state/team?region=eu-west-1`. */
export interface BucketUrl {
  /** `s3:`, `gs:` or `azblob:`. */
  readonly scheme: string;
  readonly bucket: string;
  /** The prefix of all object names: empty, or a path that ends with a slash. */
  readonly prefix: string;
  readonly parameters: URLSearchParams;
}

/** The operations that we need of a vendor's client. A name is the full name of an object. */
export interface Bucket {
  /** Lists the names that start with a prefix and have no slash after the prefix. */
  list(prefix: string): Promise<string[]>;
  /** Reads an object; undefined when the object does not exist. */
  read(name: string): Promise<Uint8Array | undefined>;
}

/** Reads the URL of a backend; undefined when the URL names no bucket. */
export function parseBucketUrl(url: string): BucketUrl | undefined {
  if (!/^(s3|gs|azblob):\/\/[^/?]/.test(url)) return undefined;
  const { protocol, host, pathname, searchParams } = new URL(url);
  const path = decodeURIComponent(pathname).replace(/^\/+/, "");
  const prefix = path === "" || path.endsWith("/") ? path : `${path}/`;
  return { scheme: protocol, bucket: host, prefix, parameters: searchParams };
}

/** Whether a boolean parameter of a backend's URL is set, in any form that Pulumi accepts. */
export function isSet(parameters: URLSearchParams, name: string): boolean {
  return /^(1|t|true)$/i.test(parameters.get(name) ?? "");
}

// The requests are limited, because a history may have thousands of updates.
const REQUESTS_AT_ONCE = 16;

/** The files of a backend in a bucket. An error of the vendor's client becomes a CliError of one line. */
export function bucketStore({ scheme, bucket, prefix }: BucketUrl, client: Bucket): FileStore {
  const root = `${scheme}//${bucket}/${prefix}`.replace(/\/$/, "");
  const limited = limitConcurrency(REQUESTS_AT_ONCE);
  const send = async <T>(path: string, request: () => Promise<T>): Promise<T> => {
    try {
      return await limited(request);
    } catch (error) {
      throw new CliError(`cannot read ${root}/${path}: ${reasonOf(error as Error)}`);
    }
  };
  return {
    root,
    async list(directory) {
      const path = `${prefix}${directory}/`;
      const names = await send(directory, () => client.list(path));
      return names.map((name) => name.slice(path.length)).filter((name) => name !== "");
    },
    read: (path) => send(path, () => client.read(prefix + path)),
  };
}

/** The first line of a client's message. Azure's client adds lines with the IDs of the request. */
function reasonOf({ name, message, code }: Error & { code?: unknown }): string {
  const [first = ""] = message.split("\n");
  const kind = typeof code === "string" ? code : name;
  return kind === "Error" || first.includes(kind) ? first : `${kind}: ${first}`;
}

/** Returns a function that runs tasks, at most `limit` of them at the same time. */
function limitConcurrency(limit: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

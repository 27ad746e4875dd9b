import { CliError } from "../cliError";
import type { FileStore } from "./store";

/** Where a backend in a bucket is, as its URL says: `s3://state/team?region=eu-west-1`. */
export interface BucketUrl {
  /** `s3:`, `gs:` or `azblob:`. */
  readonly scheme: string;
  readonly bucket: string;
  /** What the names of all objects start with: empty, or a path that ends with a slash. */
  readonly prefix: string;
  readonly parameters: URLSearchParams;
}

/** A bucket as its vendor's client shows it. Names are those of whole objects. */
export interface Bucket {
  /** The names that start with a prefix and have no slash behind it. */
  list(prefix: string): Promise<string[]>;
  /** What an object has; undefined where there is no such object. */
  read(name: string): Promise<Uint8Array | undefined>;
}

/** Reads the URL of a backend; undefined where it names no bucket. */
export function parseBucketUrl(url: string): BucketUrl | undefined {
  if (!/^(s3|gs|azblob):\/\/[^/?]/.test(url)) return undefined;
  const { protocol, host, pathname, searchParams } = new URL(url);
  const path = decodeURIComponent(pathname).replace(/^\/+/, "");
  const prefix = path === "" || path.endsWith("/") ? path : `${path}/`;
  return { scheme: protocol, bucket: host, prefix, parameters: searchParams };
}

/** Whether a parameter of a backend's URL is set, in any form that Pulumi takes for true. */
export function isSet(parameters: URLSearchParams, name: string): boolean {
  return /^(1|t|true)$/i.test(parameters.get(name) ?? "");
}

// A history may have thousands of updates: no vendor's client is asked for all of them at once.
const REQUESTS_AT_ONCE = 16;

/** The files of a backend in a bucket. What a vendor's client throws becomes one message. */
export function bucketStore({ scheme, bucket, prefix }: BucketUrl, client: Bucket): FileStore {
  const root = `${scheme}//${bucket}/${prefix}`.replace(/\/$/, "");
  const takeTurn = turns(REQUESTS_AT_ONCE);
  const told = async <T>(path: string, request: () => Promise<T>): Promise<T> => {
    try {
      return await takeTurn(request);
    } catch (error) {
      throw new CliError(`cannot read ${root}/${path}: ${reasonOf(error as Error)}`);
    }
  };
  return {
    root,
    async list(directory) {
      const whole = `${prefix}${directory}/`;
      const names = await told(directory, () => client.list(whole));
      return names.map((name) => name.slice(whole.length)).filter((name) => name !== "");
    },
    read: (path) => told(path, () => client.read(prefix + path)),
  };
}

/** The first line of what a client says: Azure's adds the numbers of its request. */
function reasonOf({ name, message, code }: Error & { code?: unknown }): string {
  const [first = ""] = message.split("\n");
  const kind = typeof code === "string" ? code : name;
  return kind === "Error" || first.includes(kind) ? first : `${kind}: ${first}`;
}

/** Runs what it is given, no more than so many at once. */
function turns(limit: number) {
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

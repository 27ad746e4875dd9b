import { CliError } from "../cliError";
import type { Project } from "../project";
import { azureBucket } from "./azure";
import { type Bucket, type BucketUrl, bucketStore, parseBucketUrl } from "./bucket";
import { CloudHistory } from "./cloud";
import { directoryStore } from "./files";
import { gcsBucket } from "./gcs";
import type { History, HistoryEntry } from "./history";
import { s3Bucket } from "./s3";
import { StoredHistory } from "./storedHistory";
import { pathOf } from "./url";

const VENDORS: Readonly<Record<string, (url: BucketUrl) => Promise<Bucket>>> = {
  "s3:": s3Bucket,
  "gs:": gcsBucket,
  "azblob:": azureBucket,
};

/** Reads the updates of a stack from its backend, oldest first. */
export async function readHistory(project: Project): Promise<HistoryEntry[]> {
  return (await openHistory(project)).entries();
}

async function openHistory(project: Project): Promise<History> {
  const { backend } = project;
  if (/^https?:/.test(backend)) return new CloudHistory(project);
  const path = pathOf(backend);
  if (path !== undefined) return new StoredHistory(project, directoryStore(path));
  const url = parseBucketUrl(backend);
  const open = VENDORS[url?.scheme ?? ""];
  if (url && open) return new StoredHistory(project, bucketStore(url, await open(url)));
  throw new CliError(
    `the history on ${backend.replace(/:\/\/.*/, "://")} cannot be read: give the checkpoint of an update with --from FILE`,
  );
}

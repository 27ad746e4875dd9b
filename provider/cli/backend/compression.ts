import { gunzipSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { CliError } from "../cliError";

/**
 * The text of a file that Pulumi wrote, which is uncompressed when its name ends with `.gz` or `.zst`.
 * @param path - the name of the file, also for messages
 */
export function readText(path: string, data: Uint8Array): string {
  try {
    return Buffer.from(uncompressed(path, data)).toString("utf8");
  } catch (error) {
    throw new CliError(`${path} cannot be uncompressed: ${(error as Error).message}`);
  }
}

function uncompressed(path: string, data: Uint8Array): Uint8Array {
  if (path.endsWith(".gz")) return gunzipSync(data);
  return path.endsWith(".zst") ? unzstd(data) : data;
}

import { gunzipSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { CliError } from "../cliError";

/**
 * The text of a file of Pulumi's, which may be compressed, as its name says.
 * @param path - how the file is named in messages
 */
export function textOf(path: string, data: Uint8Array): string {
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

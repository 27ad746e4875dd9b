import { join } from "node:path";
import { cacheDir, cached } from "./cache";
import { buildGoProgram } from "./goProgram";

const VERSION = "1.2.0";
const MODULE = "github.com/johannesboyne/gofakes3";

/** The program of a server that speaks the protocol of S3: gofakes3, which is built in seconds. */
export async function ensureS3Server(): Promise<string> {
  const directory = await cached(cacheDir(`gofakes3-${VERSION}`), (unfinished) =>
    buildGoProgram(
      {
        ...{ name: "gofakes3", version: VERSION, package: `${MODULE}/cmd/gofakes3` },
        requires: [`${MODULE} v${VERSION}`],
      },
      unfinished,
    ),
  );
  return join(directory, "gofakes3");
}

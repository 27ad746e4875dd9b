import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { CliError } from "../cliError";
import type { Project } from "../project";
import { readDeployment } from "../state/checkpoint";
import type { History, HistoryEntry } from "./history";

/**
 * The history in a backend of files: `.pulumi/history/<project>/<stack>/<stack>-<nanoseconds>.history.json`, beside each
 * a `.checkpoint.json`; backends of old versions have no level for the project.
 */
export class FileHistory implements History {
  /** @param path - the directory of the backend */
  constructor(
    private readonly project: Project,
    private readonly path: string,
  ) {}

  async entries(): Promise<HistoryEntry[]> {
    const directory = this.directory();
    if (directory === undefined) return [];
    const files = readdirSync(directory).filter((name) =>
      /\.history\.json(\.gz|\.zst)?$/.test(name),
    );
    const times = new Map(files.map((name) => [name, timeOf(name)]));
    files.sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
    return files.map((name, index) => entryOf(join(directory, name), index + 1));
  }

  private directory(): string | undefined {
    const { name, stack } = this.project;
    const history = join(this.path, ".pulumi", "history");
    return [join(history, name, stack), join(history, stack)].find(existsSync);
  }
}

function timeOf(name: string): number {
  return Number(/-(\d+)\.history\.json/.exec(name)?.[1]);
}

function entryOf(path: string, number: number): HistoryEntry {
  const { kind, startTime, endTime, result, message, environment } = JSON.parse(textOf(path));
  return {
    ...{ number, kind, result, message: message ?? "", environment: environment ?? {} },
    startTime: new Date(startTime * 1000),
    endTime: new Date(endTime * 1000),
    async deployment() {
      const checkpoint = path.replace(".history.json", ".checkpoint.json");
      if (!existsSync(checkpoint))
        throw new CliError(`update ${number} has no checkpoint: ${checkpoint} is missing`);
      return readDeployment(textOf(checkpoint), checkpoint);
    },
  };
}

function textOf(path: string): string {
  const data = readFileSync(path);
  if (path.endsWith(".gz")) return zlib.gunzipSync(data).toString("utf8");
  if (path.endsWith(".zst")) return unzstd(path, data).toString("utf8");
  return data.toString("utf8");
}

/** Node.js reads zstd from version 22.15. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (data: Buffer) => Buffer };

function unzstd(path: string, data: Buffer): Buffer {
  if (zstdDecompressSync) return zstdDecompressSync(data);
  throw new CliError(
    `${path} is compressed with zstd: run pulumi-lvs with Node.js 22.15 or newer to read the file`,
  );
}

import type { HistoryEntry } from "../backend/history";
import { CliError } from "../cliError";
import type { Paint } from "../color";
import { changeLines } from "./changeText";
import { compare } from "./comparison";
import { clusterView } from "./model";

/** An update in the output of `history`, also as JSON. */
export interface ShownUpdate {
  readonly number: number;
  readonly startTime: string;
  readonly seconds: number;
  readonly kind: string;
  readonly result: string;
  readonly message: string;
  readonly commit?: string;
  readonly isDirty?: boolean;
  /** The changes to the clusters, a line for each virtual service or other thing. */
  readonly changes: readonly string[];
}

/** Describes an update, with its changes to the clusters since the update before. */
export async function showUpdate(
  entry: HistoryEntry,
  all: readonly HistoryEntry[],
): Promise<ShownUpdate> {
  const { number, kind, result, message, startTime, endTime, environment } = entry;
  const commit = environment["git.head"];
  return {
    ...{ number, startTime: startTime.toISOString(), kind, result, message },
    seconds: (endTime.getTime() - startTime.getTime()) / 1000,
    ...(commit !== undefined && { commit, isDirty: environment["git.dirty"] === "true" }),
    changes: await changesOf(entry, all[all.indexOf(entry) - 1]),
  };
}

/** The changes of an update, or the reason why a state cannot be read. */
async function changesOf(entry: HistoryEntry, before: HistoryEntry | undefined): Promise<string[]> {
  try {
    const former = clusterView((await before?.deployment()) ?? {});
    return changeLines(compare(former, clusterView(await entry.deployment())));
  } catch (error) {
    if (error instanceof CliError) return [`changes are not known: ${error.message}`];
    throw error;
  }
}

/** The text of an update. The first line is bold, or red when the update failed. */
export function updateText(shown: ShownUpdate, paint: Paint = (text) => text): string {
  const { number, startTime, seconds, kind, result, message, commit, isDirty, changes } = shown;
  const source = commit
    ? `  ${commit.slice(0, 8)}${isDirty ? " (with uncommitted changes)" : ""}`
    : "";
  const title = `${number}  ${startTime.slice(0, 19).replace("T", " ")}  ${kind} ${result}, ${seconds} s${source}`;
  const lines = [
    paint(title, result === "failed" ? "red" : "bold"),
    ...(message === "" ? [] : [`    ${message}`]),
    ...changes.map((change) => `    ${change}`),
  ];
  return `${lines.join("\n")}\n`;
}

import { readHistory } from "../backend/open";
import { CliError } from "../cliError";
import { showUpdate, updateText } from "../clusters/updates";
import { isColored, paintFor } from "../color";
import { type GlobalOptions, projectOf } from "../options";

export interface HistoryOptions extends GlobalOptions {
  readonly limit: string;
  readonly page: string;
}

/** Prints the updates of a stack, newest first. */
export async function history(options: HistoryOptions): Promise<number> {
  const size = countOf("--limit", options.limit);
  const page = countOf("--page", options.page);
  const entries = await readHistory(await projectOf(options));
  const first = Math.max(0, entries.length - page * size);
  const onPage = entries.slice(first, Math.max(0, entries.length - (page - 1) * size));
  const shown = await Promise.all(onPage.reverse().map((entry) => showUpdate(entry, entries)));
  const paint = paintFor(isColored(options.color, process.stdout));
  process.stdout.write(
    options.json
      ? `${JSON.stringify(shown, null, 2)}\n`
      : shown.map((update) => updateText(update, paint)).join("\n"),
  );
  return 0;
}

function countOf(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CliError(`${option} is ${text}: give a whole number from 1`);
}

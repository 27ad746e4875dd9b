import { readHistory } from "../backend/open";
import { unifiedLines } from "../clusters/changeText";
import { compare, differs } from "../clusters/comparison";
import { clusterView } from "../clusters/model";
import { isColored, paintFor } from "../color";
import { type GlobalOptions, projectOf } from "../options";
import { currentDeployment } from "../rollback/decrypt";
import { findUpdate } from "./rollback";

/** Prints the differences between two updates, or an update and the state now. Exit codes are those of diff(1). */
export async function diff(
  from: string,
  to: string | undefined,
  options: GlobalOptions,
): Promise<number> {
  const project = await projectOf(options);
  const entries = await readHistory(project);
  const before = await findUpdate(entries, from).deployment();
  const after =
    to === undefined
      ? await currentDeployment(project, false)
      : await findUpdate(entries, to).deployment();
  const compared = compare(clusterView(before), clusterView(after));
  const changed = compared.filter(differs);
  if (options.json) process.stdout.write(`${JSON.stringify(changed, null, 2)}\n`);
  else if (changed.length > 0)
    process.stdout.write(`${painted(unifiedLines(compared), options)}\n`);
  return changed.length === 0 ? 0 : 1;
}

function painted(lines: readonly string[], { color }: GlobalOptions): string {
  const paint = paintFor(isColored(color, process.stdout));
  const tones = { "-": "red", "+": "green" } as const;
  return lines
    .map((line) => {
      const tone = tones[line[0] as keyof typeof tones];
      return tone ? paint(line, tone) : line;
    })
    .join("\n");
}

import { closeAll } from "../../host/shell";
import { type GlobalOptions, projectOf } from "../options";
import { currentDeployment } from "../rollback/decrypt";
import { showView } from "../show/build";
import { declaredHosts } from "../show/declared";
import { lookAt } from "../show/look";
import { treeOf } from "../show/nodes";
import { isColored, painted } from "../show/paint";
import { printableJson } from "../show/printable";
import { treeLines } from "../show/treeText";
import { hasDrift, isComplete, type ShowView } from "../show/view";

export type ShowOptions = GlobalOptions;

/** Shows the clusters of a stack as they are on their hosts. Answers 0 when they are as declared, 1 with drift, 2 when a host cannot be asked. */
export async function show(options: ShowOptions): Promise<number> {
  const project = await projectOf(options);
  const hosts = declaredHosts(await currentDeployment(project, true));
  const words = { project: project.name, stack: project.stack };
  const looked = await Promise.all(
    hosts.map(async (declared) => ({ declared, look: await lookAt(declared) })),
  );
  await closeAll();
  const view = showView(words, new Date(), looked);
  process.stdout.write(options.json ? `${printableJson(view, 2)}\n` : text(view, options));
  return isComplete(view) ? Number(hasDrift(view)) : 2;
}

function text(view: ShowView, { color }: ShowOptions): string {
  const colored = isColored(color, process.stdout);
  const lines = treeLines(`stack ${view.stack} of ${view.project}`, treeOf(view));
  return lines.map((line) => `${painted(line, colored)}\n`).join("");
}

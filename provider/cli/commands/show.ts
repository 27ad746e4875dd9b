import { writeFileSync } from "node:fs";
import { closeAll } from "../../host/shell";
import { CliError } from "../cliError";
import { isColored } from "../color";
import { type GlobalOptions, projectOf } from "../options";
import { currentDeployment } from "../rollback/decrypt";
import { showView } from "../show/build";
import { type DeclaredHost, declaredHosts } from "../show/declared";
import { DeclaredNow } from "../show/declaredNow";
import { svgOf } from "../show/graph/svg";
import { watchLive } from "../show/live";
import { lookAt } from "../show/look";
import { treeOf } from "../show/nodes";
import { painted } from "../show/paint";
import { printable, printableJson } from "../show/printable";
import { treeLines } from "../show/treeText";
import { hasDrift, isComplete, type ShowView, type StackWords } from "../show/view";

export interface ShowOptions extends GlobalOptions {
  /** True without a number of seconds. */
  readonly watch?: true | string;
  /** Where to write a drawing; `-` is the standard output. */
  readonly graph?: string;
}

/** Seconds from one look to the next: the kernel's rates change every two seconds (ip_vs_est.c). */
const DEFAULT_SECONDS = 2;

/**
 * Shows the clusters of a stack as they are on their hosts. Answers 0 when they are as declared, 1 when something is
 * not, and 2 when a host cannot be asked; a watch answers 0.
 */
export async function show(options: ShowOptions): Promise<number> {
  const seconds = secondsOf(options);
  if (options.graph !== undefined && (seconds !== undefined || options.json))
    throw new CliError("--graph draws the clusters once: leave out --watch and --json");
  const project = await projectOf(options);
  const readHosts = async () => declaredHosts(await currentDeployment(project, true));
  const hosts = await readHosts();
  const words = { project: project.name, stack: project.stack };
  return seconds === undefined
    ? showOnce(words, hosts, options)
    : showAgain(words, new DeclaredNow(hosts, readHosts), seconds, options);
}

async function showOnce(
  words: StackWords,
  hosts: readonly DeclaredHost[],
  options: ShowOptions,
): Promise<number> {
  const looks = hosts.map(async (declared) => ({ declared, look: await lookAt(declared) }));
  const looked = await Promise.all(looks);
  await closeAll();
  const view = showView(words, new Date(), looked);
  if (options.graph !== undefined) draw(view, options.graph);
  else process.stdout.write(options.json ? `${printableJson(view, 2)}\n` : treeText(view, options));
  return isComplete(view) ? Number(hasDrift(view)) : 2;
}

function treeText(view: ShowView, { color }: ShowOptions): string {
  const colored = isColored(color, process.stdout);
  const lines = treeLines(`stack ${view.stack} of ${view.project}`, treeOf(view));
  return lines.map((line) => `${painted(line, colored)}\n`).join("");
}

/** Writes the drawing; a host that could not be asked is also told to whoever does not look at it. */
function draw(view: ShowView, file: string): void {
  if (file === "-") process.stdout.write(svgOf(view));
  else writeDrawing(file, svgOf(view));
  for (const { host, error } of view.hosts)
    if (error !== undefined)
      process.stderr.write(`pulumi-lvs: ${printable(`${host}: ${error}`)}\n`);
}

function writeDrawing(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`the drawing cannot be written: ${(error as Error).message}`);
  }
}

async function showAgain(
  words: StackWords,
  declared: DeclaredNow,
  seconds: number,
  { color, json = false }: ShowOptions,
): Promise<number> {
  await watchLive({
    ...{ words, hosts: () => declared.hosts(), seconds, look: lookAt, isJson: json },
    isColored: isColored(color, process.stdout),
    ...{ input: process.stdin, output: process.stdout, signals: process },
  });
  // A host that does not answer is not waited for.
  setTimeout(() => process.exit(), 1000).unref();
  void closeAll();
  return 0;
}

function secondsOf({ watch }: ShowOptions): number | undefined {
  if (watch === undefined) return undefined;
  if (watch === true) return DEFAULT_SECONDS;
  const seconds = /^\d+(\.\d+)?$/.test(watch) ? Number(watch) : Number.NaN;
  if (seconds >= 0.5 && seconds <= 86_400) return seconds;
  throw new CliError(`--watch is ${watch}: give a number of seconds from 0.5 to 86400`);
}

import { writeFileSync } from "node:fs";
import { closeAll } from "../../host/shell";
import { CliError } from "../cliError";
import { isColored } from "../color";
import { type GlobalOptions, projectOf } from "../options";
import { currentDeployment } from "../rollback/decrypt";
import { showView } from "../show/build";
import { type DeclaredHost, declaredHosts } from "../show/declared";
import { DeclaredHostCache } from "../show/declaredHostCache";
import { svgOf } from "../show/graph/svg";
import { lookAt } from "../show/look";
import { treeOf } from "../show/nodes";
import { painted } from "../show/paint";
import { printable, printableJson } from "../show/printable";
import { treeLines } from "../show/treeText";
import { hasDrift, isComplete, type ShowView, type StackIdentity } from "../show/view";
import { watchClusters } from "../show/watchClusters";

export interface ShowOptions extends GlobalOptions {
  /** The seconds between looks, or true for the default. */
  readonly watch?: true | string;
  /** The file for a drawing (SVG); `-` is the standard output. */
  readonly graph?: string;
}

/** The seconds between looks. The kernel updates its rates every two seconds (ip_vs_est.c). */
const DEFAULT_SECONDS = 2;

/**
 * Shows the live clusters of a stack. Returns the exit code: 0 without drift, 1 with drift, and 2 when a host cannot be
 * read. A watch always returns 0.
 */
export async function show(options: ShowOptions): Promise<number> {
  const seconds = secondsOf(options);
  if (options.graph !== undefined && (seconds !== undefined || options.json))
    throw new CliError("--graph draws the clusters once: leave out --watch and --json");
  const project = await projectOf(options);
  const readHosts = async () => declaredHosts(await currentDeployment(project, true));
  const hosts = await readHosts();
  const identity = { project: project.name, stack: project.stack };
  return seconds === undefined
    ? showOnce(identity, hosts, options)
    : showAgain(identity, new DeclaredHostCache(hosts, readHosts), seconds, options);
}

async function showOnce(
  identity: StackIdentity,
  hosts: readonly DeclaredHost[],
  options: ShowOptions,
): Promise<number> {
  const looks = hosts.map(async (declared) => ({ declared, look: await lookAt(declared) }));
  const looked = await Promise.all(looks);
  await closeAll();
  const view = showView(identity, new Date(), looked);
  if (options.graph !== undefined) draw(view, options.graph);
  else process.stdout.write(options.json ? `${printableJson(view, 2)}\n` : treeText(view, options));
  return isComplete(view) ? Number(hasDrift(view)) : 2;
}

function treeText(view: ShowView, { color }: ShowOptions): string {
  const colored = isColored(color, process.stdout);
  const lines = treeLines(`stack ${view.stack} of ${view.project}`, treeOf(view));
  return lines.map((line) => `${painted(line, colored)}\n`).join("");
}

/** Writes the drawing, and prints the errors of hosts on standard error too, because the file may not be opened. */
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
  identity: StackIdentity,
  declared: DeclaredHostCache,
  seconds: number,
  { color, json = false }: ShowOptions,
): Promise<number> {
  await watchClusters({
    ...{ identity, hosts: () => declared.hosts(), seconds, look: lookAt, isJson: json },
    isColored: isColored(color, process.stdout),
    ...{ input: process.stdin, output: process.stdout, signals: process },
  });
  // The process exits after a second, because a host that does not answer would delay the end.
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

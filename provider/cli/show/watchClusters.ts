import { showView } from "./build";
import { clock } from "./clock";
import type { DeclaredHost } from "./declared";
import { treeOf } from "./nodes";
import type { Look, ObservedHost } from "./observedHost";
import { painted } from "./paint";
import { printableJson } from "./printable";
import { Screen, type ScreenOutput } from "./screen";
import { type History, treeLines, withRates } from "./treeText";
import type { StackIdentity } from "./view";
import { watch } from "./watch";
import { type KeyInput, WatchEnd } from "./watchEnd";

export interface WatchClustersOptions {
  readonly identity: StackIdentity;
  /** Returns the hosts to read. Called before each look, because an update may add and remove hosts. */
  readonly hosts: () => readonly DeclaredHost[];
  /** The seconds from one look to the next. */
  readonly seconds: number;
  readonly isColored: boolean;
  /** Whether to print all clusters as a line of JSON each time, instead of as a tree. */
  readonly isJson: boolean;
  readonly look: (host: DeclaredHost) => Promise<Look>;
  readonly input: KeyInput;
  readonly output: ScreenOutput & NodeJS.EventEmitter;
  /** The process, which receives the signals. */
  readonly signals: NodeJS.EventEmitter;
}

/** The tree marks a host as stale when the last answer is older than STALE_LOOKS looks and older than STALE_SECONDS. */
const STALE_LOOKS = 3;
const STALE_SECONDS = 10;

/**
 * Reads and shows the clusters again and again, until a key, a signal or the end of the output. On a terminal each tree
 * replaces the tree before; JSON, and trees in a file or a pipe, are printed one below the other.
 */
export async function watchClusters(options: WatchClustersOptions): Promise<void> {
  const { hosts, seconds, look, output, isJson, input, signals } = options;
  const watchEnd = new WatchEnd({ input, output, signals });
  const { signal } = watchEnd;
  const isOnScreen = output.isTTY === true && !isJson;
  const screen = isOnScreen ? new Screen(output, options.isColored) : undefined;
  const show = isJson ? jsonPrinter(options) : treePrinter(options, screen);
  screen?.open();
  try {
    await watch({ hosts, seconds, signal, look, show, showsAtOnce: isOnScreen });
  } finally {
    screen?.close();
    watchEnd.release();
  }
}

function jsonPrinter({ identity, output }: WatchClustersOptions) {
  return (looked: readonly ObservedHost[]) =>
    void output.write(`${printableJson(showView(identity, new Date(), looked))}\n`);
}

function treePrinter(
  { identity, output, seconds, isColored }: WatchClustersOptions,
  screen: Screen | undefined,
) {
  let history: History = new Map();
  const keyHint = screen ? ", q ends it" : "";
  return (looked: readonly ObservedHost[]) => {
    const now = new Date();
    const staleSeconds = Math.max(STALE_LOOKS * seconds, STALE_SECONDS);
    const roots = treeOf(showView(identity, now, looked), staleSeconds);
    history = withRates(history, roots);
    const title = `stack ${identity.stack} of ${identity.project}  ${clock(now)}, every ${seconds} s${keyHint}`;
    const lines = treeLines(title, roots, history);
    if (screen) screen.draw(lines);
    else
      output.write(
        lines
          .map((line) => `${painted(line, isColored)}\n`)
          .join("")
          .concat("\n"),
      );
  };
}

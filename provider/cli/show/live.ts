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

/** The options of a watch. */
export interface LiveOptions {
  readonly identity: StackIdentity;
  readonly hosts: () => readonly DeclaredHost[];
  readonly seconds: number;
  readonly isColored: boolean;
  /** Whether to print a line of JSON for each look instead of a tree. */
  readonly isJson: boolean;
  readonly look: (host: DeclaredHost) => Promise<Look>;
  readonly input: KeyInput;
  readonly output: ScreenOutput & NodeJS.EventEmitter;
  readonly signals: NodeJS.EventEmitter;
}

/** A host counts as silent after this number of looks without an answer, and not before STALE_SECONDS. */
const STALE_LOOKS = 3;
const STALE_SECONDS = 10;

/** Shows the clusters repeatedly until a key or a signal: in place on a terminal, otherwise one below the other. */
export async function watchLive(options: LiveOptions): Promise<void> {
  const { hosts, seconds, look, output, isJson, input, signals } = options;
  const watchEnd = new WatchEnd({ input, output, signals });
  const { signal } = watchEnd;
  const isOnScreen = output.isTTY === true && !isJson;
  const screen = isOnScreen ? new Screen(output, options.isColored) : undefined;
  const show = isJson ? jsonLines(options) : trees(options, screen);
  screen?.open();
  try {
    await watch({ hosts, seconds, signal, look, show, showsAtOnce: isOnScreen });
  } finally {
    screen?.close();
    watchEnd.release();
  }
}

function jsonLines({ identity, output }: LiveOptions) {
  return (looked: readonly ObservedHost[]) =>
    void output.write(`${printableJson(showView(identity, new Date(), looked))}\n`);
}

function trees({ identity, output, seconds, isColored }: LiveOptions, screen: Screen | undefined) {
  let history: History = new Map();
  const ends = screen ? ", q ends it" : "";
  return (looked: readonly ObservedHost[]) => {
    const now = new Date();
    const stale = Math.max(STALE_LOOKS * seconds, STALE_SECONDS);
    const roots = treeOf(showView(identity, now, looked), stale);
    history = withRates(history, roots);
    const title = `stack ${identity.stack} of ${identity.project}  ${clock(now)}, every ${seconds} s${ends}`;
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

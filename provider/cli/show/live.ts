import { showView } from "./build";
import { clock } from "./clock";
import type { DeclaredHost } from "./declared";
import { Ending, type KeyInput } from "./ending";
import type { Look, LookedAt } from "./looked";
import { treeOf } from "./nodes";
import { painted } from "./paint";
import { printableJson } from "./printable";
import { Screen, type ScreenOutput } from "./screen";
import { type History, recorded, treeLines } from "./treeText";
import type { StackWords } from "./view";
import { watch } from "./watch";

/** What a watch is about, and where it is shown. */
export interface LiveOptions {
  readonly words: StackWords;
  readonly hosts: () => readonly DeclaredHost[];
  readonly seconds: number;
  readonly isColored: boolean;
  /** A line of JSON for each look, instead of a tree. */
  readonly isJson: boolean;
  readonly look: (host: DeclaredHost) => Promise<Look>;
  readonly input: KeyInput;
  readonly output: ScreenOutput & NodeJS.EventEmitter;
  readonly signals: NodeJS.EventEmitter;
}

/** A host is told to be silent after so many looks without an answer, and not before so many seconds. */
const STALE_LOOKS = 3;
const STALE_SECONDS = 10;

/** Shows the clusters again and again, until a key or a signal ends it: in place on a terminal, else one after another. */
export async function watchLive(options: LiveOptions): Promise<void> {
  const { hosts, seconds, look, output, isJson, input, signals } = options;
  const ending = new Ending({ input, output, signals });
  const { signal } = ending;
  const isOnScreen = output.isTTY === true && !isJson;
  const screen = isOnScreen ? new Screen(output, options.isColored) : undefined;
  const show = isJson ? jsonLines(options) : trees(options, screen);
  screen?.open();
  try {
    await watch({ hosts, seconds, signal, look, show, showsAtOnce: isOnScreen });
  } finally {
    screen?.close();
    ending.release();
  }
}

function jsonLines({ words, output }: LiveOptions) {
  return (looked: readonly LookedAt[]) =>
    void output.write(`${printableJson(showView(words, new Date(), looked))}\n`);
}

function trees({ words, output, seconds, isColored }: LiveOptions, screen: Screen | undefined) {
  let history: History = new Map();
  const ends = screen ? ", q ends it" : "";
  return (looked: readonly LookedAt[]) => {
    const now = new Date();
    const stale = Math.max(STALE_LOOKS * seconds, STALE_SECONDS);
    const roots = treeOf(showView(words, now, looked), stale);
    history = recorded(history, roots);
    const title = `stack ${words.stack} of ${words.project}  ${clock(now)}, every ${seconds} s${ends}`;
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

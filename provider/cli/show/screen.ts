import { painted } from "./paint";
import type { Line } from "./treeText";

/** The needed part of the standard output. */
export interface ScreenOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

// DEC private modes of xterm: the alternate screen (1049), the cursor (25) and automatic line wrap (7).
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const REST_OF_LINE = "\u001b[K";
const REST_OF_SCREEN = "\u001b[J";

/** The alternate screen of a terminal, on which lines are redrawn in place. */
export class Screen {
  private last: readonly Line[] = [];
  private readonly redraw = () => this.draw(this.last);

  constructor(
    private readonly output: ScreenOutput,
    private readonly isColored: boolean,
  ) {}

  open(): void {
    this.output.write(ENTER);
    this.output.on("resize", this.redraw);
  }

  /** Overwrites the screen without clearing it first, so that nothing flickers. Lines and ends that do not fit are cut. */
  draw(lines: readonly Line[]): void {
    this.last = lines;
    const { columns = 80, rows = 24 } = this.output;
    const fitting = clip(lines, columns, rows).map((line) => painted(line, this.isColored));
    const text = fitting.map((line) => line + REST_OF_LINE).join("\r\n");
    this.output.write(HOME + text + REST_OF_SCREEN);
  }

  /** Restores the cursor and the former contents of the terminal. */
  close(): void {
    this.output.off("resize", this.redraw);
    this.output.write(LEAVE);
  }
}

function clip(lines: readonly Line[], columns: number, rows: number): Line[] {
  const shown = lines.length > rows ? lines.slice(0, rows - 1) : lines;
  const count = lines.length - shown.length;
  const more: Line[] = count > 0 ? [{ text: `... ${count} more lines`, tone: "others" }] : [];
  return [...shown, ...more].map(({ text, tone }) => ({
    text: [...text].slice(0, columns).join(""),
    tone,
  }));
}

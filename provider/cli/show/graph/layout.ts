import { largest } from "../largest";
import type { Tone } from "../nodes";
import type { Band, Box } from "./drawing";

/** A box with its position and size in pixels. */
export interface PlacedBox {
  readonly lines: readonly string[];
  readonly tone: Tone;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line from the right side of a box to the left side of another box. */
export interface Edge {
  readonly from: PlacedBox;
  readonly to: PlacedBox;
  readonly isDashed: boolean;
}

export interface PlacedBand {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly Edge[];
}

export interface Layout {
  readonly bands: readonly PlacedBand[];
  readonly width: number;
  readonly height: number;
}

/** The sizes of text in pixels. The letters of a monospaced font are about 0.6 times as wide as the font size. */
export const TEXT = { size: 13, letter: 7.9, line: 18, padding: 12 } as const;

const GAP = { column: 56, row: 12, band: 28, title: 34, margin: 20 } as const;

/** Places bands below each other. Directors are on the left, and each box is at the middle of its children's height. */
export function layoutOf(bands: readonly Band[], top: number): Layout {
  let y = top;
  const placed = bands.map((band) => {
    const { band: placedBand, height } = placeBand(band, y);
    y += height + GAP.band;
    return placedBand;
  });
  const right = placed.flatMap(({ boxes }) => boxes.map((box) => box.x + box.width));
  const titles = bands.map(({ title }) => GAP.margin + title.length * TEXT.letter);
  return {
    bands: placed,
    width: Math.ceil(largest([...right, ...titles]) + GAP.margin),
    height: Math.ceil(y - GAP.band + GAP.margin),
  };
}

function placeBand(band: Band, y: number): { band: PlacedBand; height: number } {
  const columns = columnsOf(band);
  const top = y + GAP.title;
  const trees: PlacedTree[] = [];
  let bottom = top;
  for (const box of band.boxes) {
    const tree = placeTree(box, 1, bottom, columns);
    trees.push(tree);
    bottom += tree.height + GAP.row;
  }
  const height = Math.max(bottom - top - GAP.row, 0);
  const sources = placeSources(band, top, height, columns);
  const boxes = [...sources, ...trees.flatMap((tree) => tree.boxes)];
  const carried = sources.flatMap((from, index) =>
    trees.map(({ root: to }, place): Edge => {
      return { from, to, isDashed: !band.sources[index]?.carries.includes(place) };
    }),
  );
  const lowest = largest([top, ...boxes.map((box) => box.y + box.height)]);
  const edges = [...carried, ...trees.flatMap((tree) => tree.edges)];
  return {
    band: { title: band.title, x: GAP.margin, y: y + TEXT.line, boxes, edges },
    height: lowest - y,
  };
}

function placeSources(
  { sources }: Band,
  top: number,
  height: number,
  columns: readonly Column[],
): PlacedBox[] {
  const total = sources.reduce((sum, source) => sum + heightOf(source) + GAP.row, -GAP.row);
  let y = top + Math.max(0, (height - total) / 2);
  return sources.map((source) => {
    const box = placeBox(source, 0, y, columns);
    y += box.height + GAP.row;
    return box;
  });
}

interface PlacedTree {
  readonly root: PlacedBox;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly Edge[];
}

function placeTree(box: Box, depth: number, top: number, columns: readonly Column[]): PlacedTree {
  const below: PlacedTree[] = [];
  let y = top;
  for (const child of box.children) {
    const tree = placeTree(child, depth + 1, y, columns);
    below.push(tree);
    y += tree.height + GAP.row;
  }
  const height = Math.max(y - top - GAP.row, heightOf(box));
  const root = placeBox(box, depth, top + (height - heightOf(box)) / 2, columns);
  const own = below.map(({ root: to }): Edge => ({ from: root, to, isDashed: false }));
  return {
    ...{ root, height },
    boxes: [root, ...below.flatMap((tree) => tree.boxes)],
    edges: [...own, ...below.flatMap((tree) => tree.edges)],
  };
}

function placeBox(box: Box, depth: number, y: number, columns: readonly Column[]): PlacedBox {
  const { x = 0, width = 0 } = columns[depth] ?? {};
  const { lines, tone } = box;
  return { lines, tone, x, y, width, height: heightOf(box) };
}

interface Column {
  readonly x: number;
  readonly width: number;
}

/** Each column is as wide as its widest box. */
function columnsOf({ sources, boxes }: Band): Column[] {
  const widths: number[] = [];
  const measure = (box: Box, depth: number) => {
    widths[depth] = Math.max(widths[depth] ?? 0, widthOf(box));
    for (const child of box.children) measure(child, depth + 1);
  };
  for (const source of sources) measure(source, 0);
  for (const box of boxes) measure(box, 1);
  let x: number = GAP.margin;
  return widths.map((width) => {
    const column = { x, width };
    x += width + GAP.column;
    return column;
  });
}

function widthOf({ lines }: Box): number {
  return Math.max(...lines.map(lettersOf)) * TEXT.letter + 2 * TEXT.padding;
}

function heightOf({ lines }: Box): number {
  return lines.length * TEXT.line + TEXT.padding;
}

/** The width of a text in letters. East Asian characters are two letters wide. */
function lettersOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
}

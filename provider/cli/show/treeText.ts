import { compactNumber } from "./compactNumber";
import { largest } from "./largest";
import type { Node, NodeFigures, Tone } from "./nodes";
import { printable } from "./printable";
import { sparkline } from "./sparkline";

/** The rates of earlier looks, oldest first, by the key of the line. */
export type History = ReadonlyMap<string, Readonly<Record<SparkName, readonly number[]>>>;

type SparkName = "connections" | "bytesIn";

/** A line of text without colour codes. */
export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

interface Column {
  readonly heading: string;
  readonly value: (figures: NodeFigures) => number | undefined;
  /** The rate whose sparkline follows the figure. @default - no sparkline */
  readonly spark?: SparkName;
  /** Whether the figure counts replies, which pass the director only with NAT. @default false */
  readonly isReply?: boolean;
}

const columns: readonly Column[] = [
  { heading: "weight", value: ({ weight }) => weight },
  { heading: "active", value: ({ active }) => active },
  { heading: "inactive", value: ({ inactive }) => inactive },
  { heading: "conn/s", value: ({ rates }) => rates?.connections, spark: "connections" },
  { heading: "B/s in", value: ({ rates }) => rates?.bytesIn, spark: "bytesIn" },
  { heading: "pkt/s in", value: ({ rates }) => rates?.packetsIn },
  { heading: "B/s out", value: ({ rates }) => rates?.bytesOut, isReply: true },
  { heading: "pkt/s out", value: ({ rates }) => rates?.packetsOut, isReply: true },
];

const SPARK_WIDTH = 12;

/** The number of values in a history. */
const HISTORY_LENGTH = 60;

interface Row extends Line {
  readonly node: Node;
}

/** Renders a tree with its figures in columns, and with sparklines when there is a history. */
export function treeLines(title: string, roots: readonly Node[], history?: History): Line[] {
  const rows = roots.flatMap((root) => [
    { text: printable(root.label), tone: root.tone, node: root },
    ...rowsBelow(root, ""),
  ]);
  const shown = columns.filter(
    ({ isReply, value }) =>
      !isReply || rows.some(({ node }) => (value(node.figures ?? {}) ?? 0) > 0),
  );
  const measured = rows.filter(({ node }) => node.figures !== undefined);
  const texts = [printable(title), ...measured.map(({ text }) => text)];
  const width = largest(texts.map((text) => [...text].length));
  const pad = (text: string) => text + " ".repeat(Math.max(0, width - [...text].length));
  const headings = shown.map((column) => cell(column, column.heading, history && ""));
  return [
    { text: pad(printable(title)) + headings.join(""), tone: "title" },
    ...rows.map(({ text, tone, node }) => {
      const figures = node.figures && shown.map((column) => figureCell(column, node, history));
      return { text: (figures ? pad(text) + figures.join("") : text).trimEnd(), tone };
    }),
  ];
}

function rowsBelow(parent: Node, guide: string): Row[] {
  return parent.children.flatMap((child, index) => {
    const isLast = index === parent.children.length - 1;
    const text = `${guide}${isLast ? "└─ " : "├─ "}${printable(child.label)}`;
    return [
      { text, tone: child.tone, node: child },
      ...rowsBelow(child, `${guide}${isLast ? "   " : "│  "}`),
    ];
  });
}

function figureCell(column: Column, { key = "", figures = {} }: Node, history?: History): string {
  const value = column.value(figures);
  const past = column.spark && history?.get(key)?.[column.spark];
  return cell(
    column,
    value === undefined ? "" : compactNumber(value),
    history && sparkline(past ?? [], SPARK_WIDTH),
  );
}

function cell({ heading, spark }: Column, text: string, bars: string | undefined): string {
  const figure = text.padStart(heading.length + 2);
  return spark === undefined || bars === undefined
    ? figure
    : `${figure} ${bars.padStart(SPARK_WIDTH)}`;
}

/** Adds the rates of a look to a history, and drops the lines that no longer exist. */
export function withRates(history: History, roots: readonly Node[]): History {
  const all = roots.flatMap(function below(node: Node): Node[] {
    return [node, ...node.children.flatMap(below)];
  });
  return new Map(
    all.flatMap(({ key, figures }) => {
      if (key === undefined) return [];
      const past = history.get(key);
      const { connections = 0, bytesIn = 0 } = figures?.rates ?? {};
      const next = (values: readonly number[] = [], value: number) =>
        [...values, value].slice(-HISTORY_LENGTH);
      return [
        [
          key,
          {
            connections: next(past?.connections, connections),
            bytesIn: next(past?.bytesIn, bytesIn),
          },
        ] as const,
      ];
    }),
  );
}

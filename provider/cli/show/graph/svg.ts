import type { Tone } from "../nodes";
import { printable } from "../printable";
import type { ShowView } from "../view";
import { bandsOf } from "./drawing";
import { type Edge, layoutOf, type PlacedBand, type PlacedBox, TEXT } from "./layout";

const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

type Style = Readonly<Record<string, string>>;

// The style of each class in light and dark mode. Each element has the light style as attributes too, for viewers that
// ignore style sheets.
const CLASSES: Readonly<Record<string, { readonly light: Style; readonly dark: Style }>> = {
  page: { light: { fill: "#ffffff" }, dark: { fill: "#0d1117" } },
  text: { light: { fill: "#1f2328" }, dark: { fill: "#e6edf3" } },
  faint: { light: { fill: "#59636e" }, dark: { fill: "#9198a1" } },
  warning: { light: { fill: "#8a4600" }, dark: { fill: "#e3b341" } },
  error: { light: { fill: "#b3131d" }, dark: { fill: "#ff7b72" } },
  edge: { light: { fill: "none", stroke: "#59636e" }, dark: { fill: "none", stroke: "#9198a1" } },
  plain: {
    light: { fill: "#f6f8fa", stroke: "#59636e" },
    dark: { fill: "#161b22", stroke: "#9198a1" },
  },
  others: {
    light: { fill: "#ffffff", stroke: "#aeb6bf" },
    dark: { fill: "#0d1117", stroke: "#565d66" },
  },
  drift: {
    light: { fill: "#fff8e5", stroke: "#8a4600" },
    dark: { fill: "#2a2111", stroke: "#e3b341" },
  },
  bad: {
    light: { fill: "#ffefee", stroke: "#b3131d" },
    dark: { fill: "#301618", stroke: "#ff7b72" },
  },
};

const TEXT_CLASSES: Readonly<Record<Tone, string>> = {
  ...{ title: "text", plain: "text", others: "faint", drift: "text", bad: "text" },
};

const HEADER = 40;

/** Draws a view as an SVG file: directors, VIPs, virtual services and real servers, from left to right. */
export function svgOf(view: ShowView): string {
  const title = `stack ${view.stack} of ${view.project}, ${view.time.slice(0, 19)}Z`;
  const { bands, width, height } = layoutOf(bandsOf(view), HEADER);
  const fullWidth = Math.max(width, Math.ceil(title.length * TEXT.letter) + 40);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${height}" viewBox="0 0 ${fullWidth} ${height}" role="img" font-family="${FONT}" font-size="${TEXT.size}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${styleSheet("light")}@media (prefers-color-scheme: dark){${styleSheet("dark")}}</style>`,
    `<rect width="${fullWidth}" height="${height}" ${styleOf("page")}/>`,
    textElement(title, 20, 26, "faint"),
    ...bands.flatMap(bandElements),
    "</svg>\n",
  ].join("\n");
}

function bandElements({ title, x, y, boxes, edges }: PlacedBand): string[] {
  return [
    textElement(title, x, y, "text", true),
    ...edges.map(edgeElement),
    ...boxes.flatMap(boxElements),
  ];
}

function boxElements({ lines, tone, x, y, width, height }: PlacedBox): string[] {
  const dash = tone === "others" ? ' stroke-dasharray="4 3"' : "";
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return [
    `<rect ${place} rx="6" ${styleOf(tone)}${dash}/>`,
    ...lines.map((line, index) => {
      const bottom = y + TEXT.line * (index + 1) + 1;
      return textElement(line, x + TEXT.padding, bottom, TEXT_CLASSES[tone], index === 0);
    }),
  ];
}

function edgeElement({ from, to, isDashed }: Edge): string {
  const [x, y] = [from.x + from.width, from.y + from.height / 2];
  const [endX, endY] = [to.x, to.y + to.height / 2];
  const middle = (x + endX) / 2;
  const path = `M${round(x)} ${round(y)}C${round(middle)} ${round(y)} ${round(middle)} ${round(endY)} ${round(endX)} ${round(endY)}`;
  return `<path d="${path}" ${styleOf("edge")}${isDashed ? ' stroke-dasharray="4 4"' : ""}/>`;
}

function textElement(
  text: string,
  x: number,
  y: number,
  className: string,
  isBold = false,
): string {
  const weight = isBold ? ' font-weight="bold"' : "";
  return `<text x="${round(x)}" y="${round(y)}" ${styleOf(className)}${weight} xml:space="preserve">${escaped(text)}</text>`;
}

/** The attributes of an element: its class, and the light style. */
function styleOf(className: string): string {
  const attributes = Object.entries(CLASSES[className]?.light ?? {});
  return [`class="${className}"`, ...attributes.map(([name, value]) => `${name}="${value}"`)].join(
    " ",
  );
}

function styleSheet(scheme: "light" | "dark"): string {
  return Object.entries(CLASSES)
    .map(([name, looks]) => {
      const rules = Object.entries(looks[scheme]).map(([key, value]) => `${key}:${value}`);
      return `.${name}{${rules.join(";")}}`;
    })
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" },
};

/** Escapes a text for XML. Control characters are escaped first, because XML does not allow them. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

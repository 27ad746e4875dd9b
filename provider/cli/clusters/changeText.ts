import { type Comparison, changedAttributes, differs } from "./comparison";
import { type Attributes, REAL_SERVER_SEPARATOR } from "./model";

/** One line of changes for each virtual service, VIP or other part: `director1 tcp 192.0.2.80:80: removed 192.0.2.13:80`. */
export function changeLines(compared: readonly Comparison[]): string[] {
  const subjects = new Map<string, Comparison[]>();
  for (const comparison of compared.filter(differs)) {
    const subject = `${comparison.host} ${comparison.thing.split(REAL_SERVER_SEPARATOR)[0]}`;
    subjects.set(subject, [...(subjects.get(subject) ?? []), comparison]);
  }
  return [...subjects].map(([subject, all]) => `${subject}: ${changesOf(all).join("; ")}`);
}

function changesOf(all: readonly Comparison[]): string[] {
  const own = all.find(({ thing }) => !thing.includes(REAL_SERVER_SEPARATOR));
  if (own && !own.after) return ["removed"];
  const ownChange = own ? [own.before ? attributeChanges(own).join(", ") : "added"] : [];
  const realServers = all.filter((comparison) => comparison !== own);
  return [...ownChange, ...realServers.map(realServerChange)];
}

function realServerChange(compared: Comparison): string {
  const name = compared.thing.split(REAL_SERVER_SEPARATOR)[1];
  if (!compared.after) return `removed ${name}`;
  if (!compared.before) return `added ${name} (${attributeText(compared.after)})`;
  return attributeChanges(compared)
    .map((change) => change.replace(" ", ` of ${name} `))
    .join(", ");
}

function attributeChanges({ before = {}, after = {} }: Comparison): string[] {
  return changedAttributes(before, after).map(
    (name) => `${name} ${before[name] ?? "none"} -> ${after[name] ?? "none"}`,
  );
}

/** The attributes of a thing as text: `dr, weight 1`. */
export function attributeText(attributes: Attributes): string {
  const { forwardingMethod, ...rest } = attributes;
  const others = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [...(forwardingMethod === undefined ? [] : [forwardingMethod]), ...others].join(", ");
}

/** The lines of a unified diff of all things: `-` marks the state before, and `+` the state after. */
export function unifiedLines(compared: readonly Comparison[]): string[] {
  let host = "";
  return compared.flatMap((comparison) => {
    const heading = comparison.host === host ? [] : [`  ${comparison.host}`];
    host = comparison.host;
    return [...heading, ...linesOf(comparison)];
  });
}

function linesOf(compared: Comparison): string[] {
  const { thing, before, after } = compared;
  const line = (sign: string, attributes: Attributes | undefined) =>
    attributes ? [`${sign} ${nameIn(thing)}${attributeTail(attributes)}`] : [];
  return differs(compared) ? [...line("-", before), ...line("+", after)] : line(" ", after);
}

function nameIn(thing: string): string {
  const [service, realServer] = thing.split(REAL_SERVER_SEPARATOR);
  return realServer === undefined ? `  ${service}` : `    ${realServer}`;
}

function attributeTail(attributes: Attributes): string {
  const text = attributeText(attributes);
  return text === "" ? "" : `  ${text}`;
}

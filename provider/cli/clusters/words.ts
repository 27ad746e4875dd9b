import { type Compared, changedAttributes, differs } from "./difference";
import { type Attributes, BEHIND } from "./model";

/** What changed, a line for each virtual service or other thing: `director1 tcp 192.0.2.80:80: removed 192.0.2.13:80`. */
export function changeLines(compared: readonly Compared[]): string[] {
  const changed = compared.filter(differs);
  const subjects = new Map<string, Compared[]>();
  for (const one of changed) {
    const subject = `${one.host} ${one.thing.split(BEHIND)[0]}`;
    subjects.set(subject, [...(subjects.get(subject) ?? []), one]);
  }
  return [...subjects].map(([subject, all]) => `${subject}: ${changesOf(all).join("; ")}`);
}

function changesOf(all: readonly Compared[]): string[] {
  const own = all.find(({ thing }) => !thing.includes(BEHIND));
  if (own && !own.after) return ["removed"];
  const lead = own ? [own.before ? attributeChanges(own).join(", ") : "added"] : [];
  return [...lead, ...all.filter((one) => one !== own).map(realServerChange)];
}

function realServerChange(compared: Compared): string {
  const name = compared.thing.split(BEHIND)[1];
  if (!compared.after) return `removed ${name}`;
  if (!compared.before) return `added ${name} (${attributeText(compared.after)})`;
  return attributeChanges(compared)
    .map((change) => change.replace(" ", ` of ${name} `))
    .join(", ");
}

function attributeChanges({ before = {}, after = {} }: Compared): string[] {
  return changedAttributes(before, after).map(
    (name) => `${name} ${before[name] ?? "none"} -> ${after[name] ?? "none"}`,
  );
}

/** What a thing is like: `dr, weight 1`. */
export function attributeText(attributes: Attributes): string {
  const { forwardingMethod, ...rest } = attributes;
  const others = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [...(forwardingMethod === undefined ? [] : [forwardingMethod]), ...others].join(", ");
}

/** Both states of all things as a unified view: what went is marked `-`, and what came `+`. */
export function unifiedLines(compared: readonly Compared[]): string[] {
  let host = "";
  return compared.flatMap((one) => {
    const heading = one.host === host ? [] : [`  ${one.host}`];
    host = one.host;
    return [...heading, ...linesOf(one)];
  });
}

function linesOf(compared: Compared): string[] {
  const { thing, before, after } = compared;
  const line = (sign: string, attributes: Attributes | undefined) =>
    attributes ? [`${sign} ${nameIn(thing)}${attributeTail(attributes)}`] : [];
  return differs(compared) ? [...line("-", before), ...line("+", after)] : line(" ", after);
}

function nameIn(thing: string): string {
  const [service, realServer] = thing.split(BEHIND);
  return realServer === undefined ? `  ${service}` : `    ${realServer}`;
}

function attributeTail(attributes: Attributes): string {
  const text = attributeText(attributes);
  return text === "" ? "" : `  ${text}`;
}

import { median } from "./median";
import type { Operation } from "./operations";
import { describeRaw } from "./raw";
import { REAL_SERVERS } from "./rules";
import { type ByWay, middle, type SizeResult } from "./size";
import { aligned } from "./table";
import type { Measured, WayName } from "./way";

const COLUMNS = [
  ...["operation", "ours", "floor", "ratio", "aim", "host", "less host", "connections", "aim"],
  ...["batches", "2r/p", "round trips", "commands"],
];

/** The director, and the virtual services on it. */
export function resourcesOf({ services }: SizeResult): number {
  return services + 1;
}

export function servicesText(services: number): string {
  return services === 1 ? "1 virtual service" : `${services} virtual services`;
}

/** What the columns say. */
export const LEGEND = `ours, floor: seconds of the whole pulumi command; the floor is the same program with a provider that does nothing,
  and for up, refresh and destroy one ssh command that does the same on the director (ipvsadm -R, -Sn with -Ln, -R of deletes)
host: seconds in which the host was at work for ours, some of them while a batch gathered; less host: the ratio without them
batches: of resources that went to the host together; 2r/p: two for each set of resources that Pulumi starts at a time`;

/** The tables of the measurements for a number of virtual services. */
export function describeSize(result: SizeResult, hasPlugin: boolean): string {
  const { services, operations, raw, parallelism } = result;
  const resources = resourcesOf(result);
  const rules = services * (1 + REAL_SERVERS);
  const rows = [...operations].map(([operation, byWay]) => rowOf(operation, byWay, result));
  return [
    `${servicesText(services)} of ${REAL_SERVERS} real servers: ${resources} resources, ${rules} rules, one director, p = ${parallelism}`,
    aligned([COLUMNS, ...rows]),
    describeRaw(rules, raw),
    ...describePersist(result),
    describeCommands(result, hasPlugin),
    describeAnsible(result),
  ].join("\n");
}

/** What the first resource of a host takes, and the last one, beside the resources that are measured. */
export function describeFirstAndLast(first: Measured, last: Measured): string {
  const row = (what: string, { ms, hostMs }: Measured) => [what, seconds(ms), seconds(hostMs)];
  const head = ["a director of another stack", "seconds", "host"];
  return aligned([head, row("up: the first of a host", first), row("destroy: the last", last)]);
}

export function ratioOf(operation: Operation, byWay: ByWay, result: SizeResult): number {
  return numberOf(byWay, "ours", "ms") / floorOf(operation, byWay, result);
}

function floorOf({ raw: name }: Operation, byWay: ByWay, { raw }: SizeResult): number {
  return numberOf(byWay, "floor", "ms") + (name ? median(raw.map((run) => run[name])) : 0);
}

/** The ratio without the time of the hosts, which are emulated and much slower than real hosts. */
function lessHostOf(byWay: ByWay): number {
  const ours = numberOf(byWay, "ours", "ms") - numberOf(byWay, "ours", "hostMs");
  return ours / numberOf(byWay, "floor", "ms");
}

function numberOf(byWay: ByWay, way: WayName, of: keyof Measured): number {
  return middle(byWay, way, of) ?? Number.NaN;
}

function rowOf(operation: Operation, byWay: ByWay, result: SizeResult): string[] {
  return [
    operation.name,
    seconds(middle(byWay, "ours", "ms")),
    seconds(floorOf(operation, byWay, result)),
    ratioOf(operation, byWay, result).toFixed(2),
    operation.ratio?.toFixed(1) ?? "",
    seconds(middle(byWay, "ours", "hostMs")),
    lessHostOf(byWay).toFixed(2),
    whole(middle(byWay, "ours", "connections")),
    String(operation.connections),
    whole(middle(byWay, "ours", "batches")),
    ((2 * resourcesOf(result)) / result.parallelism).toFixed(1),
    whole(middle(byWay, "ours", "roundTrips")),
    whole(middle(byWay, "ours", "commands")),
  ];
}

/** What it costs that a host makes again by itself what is declared; nothing where that was not measured. */
function describePersist({ operations }: SizeResult): string[] {
  const measured = [...operations].filter(([, byWay]) => byWay.notKept);
  if (measured.length === 0) return [];
  const rows = measured.map(([{ name }, byWay]) => {
    const both = (of: keyof Measured, shown: (figure: number) => string) => [
      ...[shown(numberOf(byWay, "notKept", of)), shown(numberOf(byWay, "ours", of))],
    ];
    const ratio = numberOf(byWay, "ours", "ms") / numberOf(byWay, "notKept", "ms");
    return [
      ...[name, ...both("ms", seconds), ratio.toFixed(2)],
      ...[...both("hostMs", seconds), ...both("commands", whole)],
    ];
  });
  const head = ["operation", "seconds", "ours", "ratio", "host", "ours", "commands", "ours"];
  return [`  the same with persist: false, beside ours\n${aligned([head, ...rows])}`];
}

function describeCommands({ services, operations }: SizeResult, hasPlugin: boolean): string {
  const what = "a remote.Command of @pulumi/command for each rule";
  if (!hasPlugin) return `  ${what}: not measured, its plugin is not on this machine`;
  const measured = [...operations].filter(([, byWay]) => byWay.commands);
  if (measured.length === 0) return `  ${what}: not measured with ${servicesText(services)}`;
  const rows = measured.map(([{ name }, byWay]) => {
    const ms = numberOf(byWay, "commands", "ms");
    return [name, seconds(ms), (ms / numberOf(byWay, "ours", "ms")).toFixed(2)];
  });
  return `  ${what}\n${aligned([["operation", "seconds", "of ours"], ...rows])}`;
}

/** Ansible beside our `up` and `destroy`. */
function describeAnsible({ ansible, operations }: SizeResult): string {
  const what = "Ansible, a raw ipvsadm for each rule";
  if (!ansible)
    return `  ${what}: not measured, ansible-playbook is not in PATH or the size is too large`;
  const ours = (name: string) =>
    [...operations].filter(([operation]) => operation.name === name).map(([, byWay]) => byWay)[0];
  const row = (name: string, of: keyof (typeof ansible)[number]) => {
    const ms = median(ansible.map((run) => run[of]));
    return [name, seconds(ms), (ms / numberOf(ours(name) ?? {}, "ours", "ms")).toFixed(2)];
  };
  const rows = [row("up", "write"), row("destroy", "remove")];
  return `  ${what}\n${aligned([["operation", "seconds", "of ours"], ...rows])}`;
}

const seconds = (ms = Number.NaN) => (ms / 1000).toFixed(2);

/** The text of a count. The median of an even number of runs may have a fraction. */
const whole = (count = Number.NaN) => String(Math.round(count * 10) / 10);

import type { Lab } from "../lab/lab";
import type { Director } from "./director";
import { median } from "./median";
import { divide } from "./namespaces";
import { OPERATIONS, type Operation } from "./operations";
import { measureRaw, type RawTimes } from "./raw";
import { expectRules, REAL_SERVERS, rulesOf } from "./rules";
import { aligned } from "./table";
import { type Measured, Way } from "./way";

/** A virtual service on each director. */
const SERVICES = 1;
/** The aim of `up`: the ratio of the time to the floor. */
const AIM = 1.3;

export interface DirectorsOptions {
  readonly directors: number;
  readonly runs: number;
  readonly parallelism: number;
}

/** The runs of an operation. */
interface Runs {
  readonly ours: Measured[];
  readonly floor: Measured[];
}

/** The measurements of many directors in one program. */
export interface DirectorsResult extends DirectorsOptions {
  readonly operations: ReadonlyMap<Operation, Runs>;
  readonly raw: readonly RawTimes[];
}

/**
 * Measures a program with many directors. Nothing persists, since directors that are namespaces of one host share its
 * systemd.
 */
export async function measureDirectors(
  lab: Lab,
  options: DirectorsOptions,
): Promise<DirectorsResult> {
  const { runs, parallelism } = options;
  const directors = await divide(lab, options.directors);
  const connections = directors.map(({ connection }) => connection);
  const ways = {
    ours: await Way.create("notKept", connections),
    floor: await Way.create("floor", connections),
  };
  try {
    for (const way of Object.values(ways)) {
      await way.declare(SERVICES);
      await way.measure(["preview"]);
    }
    const operations = new Map(
      OPERATIONS.map((operation): [Operation, Runs] => [operation, { ours: [], floor: [] }]),
    );
    const raw: RawTimes[] = [];
    for (let run = 0; run < runs; run += 1) {
      for (const [operation, found] of operations) {
        const args = [...operation.args, "-p", String(parallelism)];
        // The order changes with each run, so that none of them is always the first.
        const names = run % 2 === 0 ? (["ours", "floor"] as const) : (["floor", "ours"] as const);
        for (const name of names) found[name].push(await ways[name].measure(args));
        await expectOnAll(directors, operation);
      }
      raw.push(await measureRaw(directors, SERVICES, parallelism));
    }
    return { ...options, operations, raw };
  } finally {
    for (const way of Object.values(ways)) way.remove();
  }
}

async function expectOnAll(directors: readonly Director[], { leaves, name }: Operation) {
  const rules = leaves === "rules" ? rulesOf(SERVICES) : [];
  for (const director of directors) await expectRules(director, rules, name);
}

/** The table of the measurements. */
export function describeDirectors(result: DirectorsResult): string {
  const { directors, parallelism, operations, raw } = result;
  const resources = directors * (1 + SERVICES);
  const head = [
    ...["operation", "ours", "Pulumi", "ssh", "ratio", "aim"],
    ...["hosts", "less hosts", "connections", "round trips"],
  ];
  const rows = [...operations].map(([operation, { ours, floor }]) => {
    const middle = (of: keyof Measured) => median(ours.map((run) => run[of]));
    const pulumi = median(floor.map(({ ms }) => ms));
    const { raw: name } = operation;
    const ssh = name ? median(raw.map((run) => run[name])) : 0;
    return [
      ...[operation.name, seconds(middle("ms")), seconds(pulumi), seconds(ssh)],
      ...[(middle("ms") / (pulumi + ssh)).toFixed(2), operation.name === "up" ? String(AIM) : ""],
      ...[seconds(middle("hostMs")), ((middle("ms") - middle("hostMs")) / pulumi).toFixed(2)],
      ...[String(middle("connections")), String(middle("roundTrips"))],
    ];
  });
  return [
    `${directors} directors of ${SERVICES} virtual service of ${REAL_SERVERS} real servers each: ${resources} resources, p = ${parallelism}`,
    aligned([head, ...rows]),
    "  Pulumi: the same program with a provider that does nothing; ssh: one raw command for each director, p at a time",
    "  ratio: ours / (Pulumi + ssh); hosts: seconds in which at least one host was at work; less hosts: the ratio without",
    "  them and without ssh",
  ].join("\n");
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);

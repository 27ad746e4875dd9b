import type { Lab } from "../lab/lab";
import { type AnsibleTimes, ansiblePlaybook, measureAnsible } from "./ansible";
import { hostAsDirector } from "./director";
import { median } from "./median";
import { OPERATIONS, type Operation } from "./operations";
import { measureRaw, type RawTimes } from "./raw";
import { expectRules, rulesOf } from "./rules";
import type { Measured, Way, WayName } from "./way";

/** The largest size that is also measured with a command for each rule. Larger sizes would take minutes. */
export const MOST_COMMANDS = 10;

/** The measured runs of an operation, by way. */
export type ByWay = Readonly<Partial<Record<WayName, readonly Measured[]>>>;

/** The measurements for a number of virtual services. */
export interface SizeResult {
  readonly services: number;
  readonly parallelism: number;
  readonly operations: ReadonlyMap<Operation, ByWay>;
  /** The times of the raw ssh commands, by run. */
  readonly raw: readonly RawTimes[];
  /** The times of Ansible, by run; undefined if Ansible is not on this machine, or the size is too large for it. */
  readonly ansible: readonly AnsibleTimes[] | undefined;
}

export interface SizeOptions {
  readonly services: number;
  readonly runs: number;
  readonly parallelism: number;
}

/** The ways that alternate, so that both see the same load of the machine. Only one of them makes rules. */
const ALTERNATING: readonly WayName[] = ["ours", "floor"];

/**
 * Measures all operations. Ways that do not alternate come one after another, because a director can have each rule only
 * once.
 */
export async function measureSize(
  lab: Lab,
  ways: readonly Way[],
  options: SizeOptions,
): Promise<SizeResult> {
  const { services, runs, parallelism } = options;
  const found = new Map<Operation, Partial<Record<WayName, Measured[]>>>();
  for (const operation of OPERATIONS) found.set(operation, {});
  for (const way of ways) await way.declare(services);
  const together = ways.filter(({ name }) => ALTERNATING.includes(name));
  const apart = ways.filter(({ name }) => !ALTERNATING.includes(name));
  const raw: RawTimes[] = [];
  const playbook = services <= MOST_COMMANDS ? ansiblePlaybook() : undefined;
  const ansible: AnsibleTimes[] = [];
  for (let run = 0; run < runs; run += 1) {
    // The order changes with each run, so that no way is always the first.
    const inTurn = run % 2 === 0 ? together : [...together].reverse();
    await goThrough(lab, inTurn, options, found);
    raw.push(await measureRaw([hostAsDirector(lab, "director1")], services, 1));
    for (const way of apart) await goThrough(lab, [way], options, found);
    if (playbook) ansible.push(await measureAnsible(lab, playbook, services));
  }
  return {
    services,
    parallelism,
    operations: found,
    raw,
    ansible: playbook === undefined ? undefined : ansible,
  };
}

/** The median of a figure over the runs of a way; undefined when the way was not measured. */
export function middle(
  byWay: ByWay | undefined,
  way: WayName,
  of: keyof Measured,
): number | undefined {
  const runs = byWay?.[way];
  return runs && median(runs.map((one) => one[of]));
}

async function goThrough(
  lab: Lab,
  ways: readonly Way[],
  { services, parallelism }: SizeOptions,
  found: ReadonlyMap<Operation, Partial<Record<WayName, Measured[]>>>,
): Promise<void> {
  for (const [operation, byWay] of found) {
    for (const way of ways) {
      byWay[way.name] = [
        ...(byWay[way.name] ?? []),
        await way.measure([...operation.args, "-p", String(parallelism)]),
      ];
    }
    const rules = operation.leaves === "rules" ? rulesOf(services) : [];
    await expectRules(lab.host("director1"), rules, operation.name);
  }
}

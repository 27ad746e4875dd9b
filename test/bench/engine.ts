import type { Properties } from "../../provider/check";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import { least } from "../support/inputs";
import { check, diff, virtualService } from "./built";
import { measureTenThousand } from "./tenThousand";

/** A task of the engine for a virtual service with 10,000 real servers, without a host, and its times in ms. */
export interface EngineWork {
  readonly what: string;
  readonly ms: readonly number[];
  /** Whether the task counts towards the aim. */
  readonly counts: boolean;
}

const RUNS = 7;
const REAL_SERVERS = 10_000;

/** Measures the built engine in a fresh process, as Pulumi starts one: the first run is the slowest. */
export function measureEngine(): EngineWork[] {
  const runs = Array.from({ length: RUNS }, () => ({
    ...measureTenThousand(REAL_SERVERS),
    ...measureCheckAndDiff(),
  }));
  const work = (what: string, name: keyof (typeof runs)[number], counts = true): EngineWork => ({
    ...{ what, counts },
    ms: runs.map((one) => one[name]),
  });
  return [
    work("parse ipvsadm -Sn and -Ln --thresholds", "parseMilliseconds"),
    work("diff of inputs and state", "diffMilliseconds"),
    work("plan, with 5,000 changed weights", "planMilliseconds"),
    work("render, as kept in the journal", "renderMilliseconds"),
    work("beside it: parse what was rendered", "parseRenderedMilliseconds", false),
    work("beside it: check of arguments", "checkMilliseconds", false),
  ];
}

/** The sums of the tasks that count, by run. */
export function sumOf(works: readonly EngineWork[]): number[] {
  const counting = works.filter(({ counts }) => counts);
  return Array.from({ length: RUNS }, (_, run) =>
    counting.reduce((sum, { ms }) => sum + (ms[run] ?? 0), 0),
  );
}

function measureCheckAndDiff() {
  const kind = virtualService as unknown as Kind<HostInputs>;
  const declared = { ...least.VirtualService, realServers: realServers() };
  let olds: Properties = {};
  const checkMilliseconds = timed(() => {
    olds = check(kind, declared).inputs;
  });
  const news = check(kind, declared).inputs;
  const diffMilliseconds = timed(() => diff(kind, olds, news));
  return { checkMilliseconds, diffMilliseconds };
}

function realServers() {
  return Array.from({ length: REAL_SERVERS }, (_, index) => ({
    ...{ rip: `10.0.${index >> 8}.${index & 255}`, forwardingMethod: "nat" },
  }));
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

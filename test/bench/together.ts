import type { Lab } from "../lab/lab";
import { hostAsDirector } from "./director";
import { measureRaw, type RawTimes } from "./raw";
import { expectRules, REAL_SERVERS, rulesOf } from "./rules";
import { aligned } from "./table";
import type { Measured, Way } from "./way";

/** The measurements of a group of virtual services. */
export interface TogetherResult {
  readonly services: number;
  readonly raw: RawTimes;
  readonly up: Measured;
  readonly noChange: Measured;
  readonly oneWeight: Measured;
  readonly refresh: Measured;
  readonly destroy: Measured;
}

const DOING = ["--yes", "--skip-preview"];

/** Measures a group of virtual services against raw commands. */
export async function measureTogether(
  lab: Lab,
  way: Way,
  services: number,
): Promise<TogetherResult> {
  const director = lab.host("director1");
  const raw = await measureRaw([hostAsDirector(lab, "director1")], services, 1);
  await way.declare(services);
  const up = await way.measure(["up", ...DOING]);
  await expectRules(director, rulesOf(services), "up");
  const noChange = await way.measure(["up", ...DOING, "--expect-no-changes"]);
  await way.declare(services, 2);
  const oneWeight = await way.measure(["up", ...DOING]);
  await expectRules(director, rulesOf(services, 2), "a changed weight");
  const refresh = await way.measure(["refresh", ...DOING, "--expect-no-changes"]);
  const destroy = await way.measure(["destroy", ...DOING]);
  await expectRules(director, [], "destroy");
  return { services, raw, up, noChange, oneWeight, refresh, destroy };
}

/** The text of the figures and of the values that they are compared to. */
export function describeTogether(result: TogetherResult): string {
  const { services, raw, up, noChange, oneWeight, refresh, destroy } = result;
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const row = (name: string, { ms, hostMs, memoryMiB }: Measured, floor: number, aim: string) => [
    ...[name, seconds(ms), seconds(floor), (ms / floor).toFixed(2), aim],
    ...[seconds(hostMs), memoryMiB.toFixed(0)],
  ];
  // The look and the change are one round trip each. The time of a raw read stands for one ssh command.
  const oneCommand = raw.read;
  return [
    `${services} virtual services of ${REAL_SERVERS} real servers in one resource (raw: one ssh command for all rules)`,
    aligned([
      ["operation", "ours", "raw", "ratio", "aim", "host", "MiB"],
      row("up", up, raw.write, "3.0 and 15 s"),
      row("up, one weight", oneWeight, noChange.ms + oneCommand, "1.2"),
      row("up, no change", noChange, noChange.ms, ""),
      row("refresh", refresh, raw.read, ""),
      row("destroy", destroy, raw.remove, ""),
    ]),
    '  raw of "up, one weight": up without changes, and one ssh command that reads; aim of MiB: below 300',
  ].join("\n");
}

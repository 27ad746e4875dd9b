import type { Step } from "../values/step";
import { type Difference, realServerDifferences, serviceDifferences } from "./attributes";
import {
  inCanonicalOrder,
  type RealServer,
  realServerKeyText,
  type ServiceKey,
  serviceKeyText,
  type VirtualService,
} from "./model";
import {
  ipvsadmCommand,
  renderAddRealServer,
  renderAddService,
  renderDeleteRealServer,
  renderDeleteService,
  renderEditRealServer,
  renderEditService,
} from "./render";

/** One line for ipvsadm, with the reason why it has to be run. */
export interface PlannedLine {
  readonly line: string;
  /** "change the weight of 10.0.0.5:80 in tcp 192.0.2.80:80 from 1 to 5" */
  readonly description: string;
}

/** Whether the real servers of a virtual service are its own, or resources apart (or nobody's). */
export interface Management {
  readonly managesRealServers: boolean;
}

/**
 * The lines that make a live virtual service as desired; none when it is. The service comes first, then what is added
 * or changed, and what is removed comes last, so that at no time there are fewer real servers than at the end. A
 * scheduler loses its flags after that: its fallback serves the clients of real servers with weight 0 until they go.
 */
export function planService(
  desired: VirtualService | undefined,
  live: VirtualService | undefined,
  { managesRealServers }: Management,
): PlannedLine[] {
  if (desired === undefined) return live === undefined ? [] : [planRemoval(live)];
  const itself = planServiceItself(desired, live);
  if (!managesRealServers) return itself;
  const realServers = planRealServers(desired, live);
  return live && losesFlags(desired, live)
    ? [...realServers, ...itself]
    : [...itself, ...realServers];
}

/** The lines that make one real server of a virtual service as desired; none when it is. */
export function planRealServer(
  service: ServiceKey,
  desired: RealServer | undefined,
  live: RealServer | undefined,
): PlannedLine[] {
  if (desired === undefined) {
    if (live === undefined) return [];
    const description = `remove ${realServerKeyText(live.key)} from ${serviceKeyText(service)}`;
    return [{ line: renderDeleteRealServer(service, live.key), description }];
  }
  const { forwardingMethod, weight } = desired.config;
  if (live === undefined) {
    const description = `add ${realServerKeyText(desired.key)} to ${serviceKeyText(service)} with forwarding method ${forwardingMethod} and weight ${weight}`;
    return [{ line: renderAddRealServer(service, desired), description }];
  }
  const found = realServerDifferences(desired.config, live.config);
  if (found.length === 0) return [];
  const description = change(
    `${realServerKeyText(desired.key)} in ${serviceKeyText(service)}`,
    found,
  );
  return [{ line: renderEditRealServer(service, desired), description }];
}

/** One command for all lines; where there are several, ipvsadm tells of one that failed on standard error only. */
export function stepsOf(lines: readonly PlannedLine[]): Step[] {
  const [first, ...others] = lines;
  if (!first) return [];
  const more = others.length === 0 ? "" : ` (and ${others.length} more in the same service)`;
  const texts = lines.map((one) => one.line);
  return [
    {
      run: ipvsadmCommand(texts),
      lines: texts,
      description: `${first.description}${more}`,
      failsOnStderr: others.length > 0,
      changes: ["ipvs"],
    },
  ];
}

function losesFlags(desired: VirtualService, live: VirtualService): boolean {
  const { scheduler, schedulerFlags } = desired.config;
  return (
    scheduler === live.config.scheduler &&
    live.config.schedulerFlags.some((flag) => !schedulerFlags.includes(flag))
  );
}

function planServiceItself(
  desired: VirtualService,
  live: VirtualService | undefined,
): PlannedLine[] {
  const name = serviceKeyText(desired.key);
  if (live === undefined) {
    const description = `add ${name} with scheduler ${desired.config.scheduler}`;
    return [{ line: renderAddService(desired), description }];
  }
  const found = serviceDifferences(desired.config, live.config);
  if (found.length === 0) return [];
  return [{ line: renderEditService(desired), description: change(name, found) }];
}

function planRealServers(desired: VirtualService, live: VirtualService | undefined): PlannedLine[] {
  const there = live?.realServers ?? {};
  const wanted = inCanonicalOrder(Object.values(desired.realServers)).flatMap((one) =>
    planRealServer(desired.key, one, there[realServerKeyText(one.key)]),
  );
  const others = Object.keys(there).filter((key) => !Object.hasOwn(desired.realServers, key));
  const removed = inCanonicalOrder(others.map((key) => there[key] as RealServer)).flatMap((one) =>
    planRealServer(desired.key, undefined, one),
  );
  return [...wanted, ...removed];
}

function planRemoval(live: VirtualService): PlannedLine {
  const count = Object.keys(live.realServers).length;
  const servers = count === 1 ? "1 real server" : `${count} real servers`;
  const description = `remove ${serviceKeyText(live.key)}${count === 0 ? "" : ` with its ${servers}`}`;
  return { line: renderDeleteService(live.key), description };
}

function change(what: string, [first, ...others]: readonly Difference[]): string {
  const from = (one: Difference | undefined) => `from ${one?.live} to ${one?.desired}`;
  const rest = others.map((one) => `, its ${one.attribute} ${from(one)}`);
  return `change the ${first?.attribute} of ${what} ${from(first)}${rest.join("")}`;
}

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

/** A line for ipvsadm with its purpose. */
export interface PlannedLine {
  readonly line: string;
  /** The purpose of the line: "change the weight of 10.0.0.5:80 in tcp 192.0.2.80:80 from 1 to 5". */
  readonly description: string;
}

/** Whether a virtual service owns its real servers. Otherwise `RealServer` resources own them, or nobody does. */
export interface Management {
  readonly managesRealServers: boolean;
}

/**
 * The lines that change a live virtual service into the desired one. The line of the service comes first, then added and
 * changed real servers, then removed real servers, so that there are never fewer real servers than at the end. Removed
 * scheduler flags come after the real servers: a fallback serves clients of real servers with weight 0 until these go.
 */
export function planService(
  desired: VirtualService | undefined,
  live: VirtualService | undefined,
  { managesRealServers }: Management,
): PlannedLine[] {
  if (desired === undefined) return live === undefined ? [] : [planRemoval(live)];
  const serviceLines = planServiceItself(desired, live);
  if (!managesRealServers) return serviceLines;
  const realServerLines = planRealServers(desired, live);
  return live && losesFlags(desired, live)
    ? [...realServerLines, ...serviceLines]
    : [...serviceLines, ...realServerLines];
}

/** The lines that change a live real server of a virtual service into the desired one. */
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
  const differences = realServerDifferences(desired.config, live.config);
  if (differences.length === 0) return [];
  const description = describeChange(
    `${realServerKeyText(desired.key)} in ${serviceKeyText(service)}`,
    differences,
  );
  return [{ line: renderEditRealServer(service, desired), description }];
}

/** The step that runs all lines in one ipvsadm, which reports the failure of one of several lines on stderr only. */
export function stepsOf(lines: readonly PlannedLine[]): Step[] {
  const [first, ...others] = lines;
  if (!first) return [];
  const more = others.length === 0 ? "" : ` (and ${others.length} more in the same service)`;
  const texts = lines.map(({ line }) => line);
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
  const differences = serviceDifferences(desired.config, live.config);
  if (differences.length === 0) return [];
  return [{ line: renderEditService(desired), description: describeChange(name, differences) }];
}

function planRealServers(desired: VirtualService, live: VirtualService | undefined): PlannedLine[] {
  const liveRealServers = live?.realServers ?? {};
  const declared = inCanonicalOrder(Object.values(desired.realServers));
  const removed = Object.entries(liveRealServers)
    .filter(([name]) => !Object.hasOwn(desired.realServers, name))
    .map(([, realServer]) => realServer);
  return [
    ...declared.flatMap((realServer) =>
      planRealServer(desired.key, realServer, liveRealServers[realServerKeyText(realServer.key)]),
    ),
    ...inCanonicalOrder(removed).flatMap((realServer) =>
      planRealServer(desired.key, undefined, realServer),
    ),
  ];
}

function planRemoval(live: VirtualService): PlannedLine {
  const count = Object.keys(live.realServers).length;
  const servers = count === 1 ? "1 real server" : `${count} real servers`;
  const description = `remove ${serviceKeyText(live.key)}${count === 0 ? "" : ` with its ${servers}`}`;
  return { line: renderDeleteService(live.key), description };
}

function describeChange(what: string, [first, ...others]: readonly Difference[]): string {
  const values = (difference: Difference | undefined) =>
    `from ${difference?.live} to ${difference?.desired}`;
  const more = others.map((difference) => `, its ${difference.attribute} ${values(difference)}`);
  return `change the ${first?.attribute} of ${what} ${values(first)}${more.join("")}`;
}

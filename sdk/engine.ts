/** The kinds of resources, by the names that are also their types (`pulumi-nodejs:dynamic/lvs:Director`). */
export const kindNames = [
  "Director",
  "VirtualIp",
  "Failover",
  "VirtualService",
  "VirtualServices",
  "RealServer",
  "RealServerVip",
  "RealServerGateway",
] as const;

export type KindName = (typeof kindNames)[number];

/**
 * The program that a stack's state keeps with each resource, and that Pulumi's process for dynamic providers runs: it
 * asks for the engine that is installed today, whatever version wrote the state. Its text never changes, and it is
 * short: `pulumi.dynamic.Resource` would write one of 2.4 kB, two times for each resource, and Pulumi writes the whole
 * state at each step.
 */
export function engineText(kind: KindName): string {
  return `exports.handler = () => require("pulumi-lvs/runtime").provider("${kind}");\n`;
}

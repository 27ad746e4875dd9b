/** The kinds of resources. The types in the state have the same names (`pulumi-nodejs:dynamic/lvs:Director`). */
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
 * The program of a resource in the state (`__provider`), which Pulumi's process for dynamic providers runs. The program
 * requires the installed engine, whatever version wrote the state, so that the text never changes. The text is short,
 * because Pulumi writes the whole state at each step: `pulumi.dynamic.Resource` would write 2.4 kB twice a resource.
 */
export function engineText(kind: KindName): string {
  return `exports.handler = () => require("pulumi-lvs/runtime").provider("${kind}");\n`;
}

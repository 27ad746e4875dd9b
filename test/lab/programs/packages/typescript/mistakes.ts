// Compiled, and never run: what the types refuse, they refuse in a project of its own too.
import type * as lvs from "pulumi-lvs";

// @ts-expect-error: there is no such forwarding method
export const method: lvs.ForwardingMethod = "dsr";

// @ts-expect-error: a connection has a host
export const connection: lvs.ConnectionArgs = { user: "root" };

// @ts-expect-error: a cluster has services, and a real server a RIP
export const cluster: lvs.ClusterArgs = { vips: [], directors: [], realServers: [{ weight: 1 }] };

import type { PartType } from "../values/part";
import type { IpvsTable, RealServer, VirtualService } from "./model";
import { parseRenderedService } from "./parse";
import { planService, stepsOf } from "./plan";
import { renderService } from "./render";

const ALL = { managesRealServers: true };

/**
 * The path of a health check through the VIP: a virtual service of a firewall mark with one real server, so that what
 * has the mark goes to the VIP on that real server as the packets of clients do (ipvsadm(8) -f).
 */
export const checkPathType: PartType<"ipvs", IpvsTable> = {
  fact: "ipvs",
  takesOver: false,
  read(table, id) {
    const service = table[id];
    return service && renderService(service);
  },
  set: (_id, value, live) => stepsOf(planService(parseRenderedService(value), read(live), ALL)),
  unset: (_id, live) => stepsOf(planService(undefined, parseRenderedService(live), ALL)),
};

/** The value of a path: a virtual service of a mark, with one real server on every port. */
export function checkPathValue(
  { key, scheduler }: Pick<VirtualService, "key"> & { readonly scheduler: string },
  { key: { rip }, config }: RealServer,
): string {
  const thresholds = { upperThreshold: 0, lowerThreshold: 0 };
  const only = { key: { rip, port: 0 }, config: { ...config, ...thresholds, weight: 1 } };
  return renderService({
    key,
    config: { scheduler, schedulerFlags: [], onePacket: false },
    realServers: { only },
  });
}

function read(live: string | undefined): VirtualService | undefined {
  return live === undefined ? undefined : parseRenderedService(live);
}

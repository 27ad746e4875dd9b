import { canonicalAddress } from "../provider/values/address";
import { addressOf } from "./clusterFailover";
import type { ClusterModel, DirectorModel, RealServerModel } from "./clusterModel";
import type { ConnectionArgs } from "./connection";
import { isLater } from "./later";
import { declaredHost } from "./ownership";
import { refusal } from "./refusal";

/**
 * Refuses a director that is a real server with a VIP of its own, as far as the program says it before it is run: it
 * cannot have a VIP for its clients and hide it, and one that stands by would schedule again what is forwarded to it.
 */
export function refuseLocalRealServers(model: ClusterModel): void {
  const { directors, failover } = model;
  const active = directors.find(({ args }) => args.active) ?? directors[0];
  for (const director of directors)
    for (const realServer of model.realServers.filter(hasVip)) {
      const where = `realServers: ${realServer.name} is on the director ${director.name}`;
      if (
        failover &&
        (isReachedAlike(director, realServer) || isAddressedAlike(director, realServer))
      )
        throw refusal(
          `${where}, and with failover a director cannot be a real server: it would schedule again what the other ` +
            "director forwards to it. Give the real server a machine of its own",
        );
      if (!failover && director === active && isReachedAlike(director, realServer))
        throw refusal(
          `${where}, which has the VIPs already: leave the connection of the real server out, since a director ` +
            "that is its own real server needs nothing else",
        );
    }
}

function hasVip({ forwardingMethod }: RealServerModel): boolean {
  return forwardingMethod === "dr" || forwardingMethod === "tun";
}

function isReachedAlike({ args }: DirectorModel, realServer: RealServerModel): boolean {
  const { connection } = realServer.args;
  const own = args.director?.connectionArgs ?? args.connection;
  if (connection === undefined || own === undefined) return false;
  const host = declaredHost(connection as ConnectionArgs);
  return host !== undefined && host === declaredHost(own as ConnectionArgs);
}

function isAddressedAlike(director: DirectorModel, { rips }: RealServerModel): boolean {
  const address = addressOf(director);
  if (isLater(address)) return false;
  return rips.some((rip) => !isLater(rip) && canonicalAddress(rip) === canonicalAddress(address));
}

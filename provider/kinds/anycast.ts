import { interfacesTowards, requireInterface } from "../network/interfaces";
import type { Facts } from "../registry/facts";
import { LvsError } from "../values/errors";

/**
 * The interface of a VIP that several directors have at the same time: one on which nobody asks for it, so that none of
 * them answers ARP, and no detection of duplicates takes it away (lo and dummy interfaces have IFF_NOARP or IFF_LOOPBACK).
 */
export function anycastDevice(vip: string, device = "lo", facts: Facts): string {
  requireInterface(facts.links, device);
  if (device !== "lo" && facts.links.get(device)?.kind !== "dummy") {
    throw new LvsError(
      "input",
      `anycast is true, but ${device} is no interface for it: neighbours there would ask for ${vip}, and every director ` +
        "would answer; nothing was changed. Leave interface out for lo, or name a dummy interface",
    );
  }
  const near = interfacesTowards(facts.routes, vip).filter((one) => one !== device);
  if (near.length > 0) {
    throw new LvsError(
      "input",
      `anycast is true, but the VIP ${vip} is in the network of ${near.join(" and ")}: neighbours there would ask for it, ` +
        "and every director would answer; nothing was changed. Choose a VIP outside of the networks of the directors, to " +
        "which routers have a route by each of them",
    );
  }
  return device;
}

import type { Journal } from "../../../provider/journal/journal";
import type { Facts } from "../../../provider/registry/facts";
import type { Part } from "../../../provider/values/part";
import { type EarlierChange, owner } from "../../support/claims";
import { WorkingHost } from "../../support/workingHost";

export const web = owner("web");
export const api = owner("api");
export const stranger = owner("other::web");

export const ARP_IGNORE = "sysctl net/ipv4/conf/eth1/arp_ignore";
export const VIP = "address 192.0.2.80/32 dev eth1";
export const SERVICE = "virtualService tcp 192.0.2.80:80";

/** A plan of the parts of one resource, and what it should be. */
export interface Row {
  readonly name: string;
  readonly journal?: Journal;
  readonly live?: EarlierChange;
  readonly parts?: readonly Part[];
  /** Unset: nothing is run. */
  readonly steps?: readonly string[];
  /** Unset: as it was. */
  readonly after?: Journal;
}

/** The facts of a host on which somebody did something before. */
export function factsAfter(live: EarlierChange = () => undefined): Facts {
  const host = new WorkingHost();
  live(host);
  return host.facts();
}

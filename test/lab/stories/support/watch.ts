import { expect } from "vitest";
import type { Lab } from "../../lab";
import { type Counts, watchArp, watchRefusals } from "../../traffic";

/**
 * Makes a change while a client repeatedly connects to a VIP. Checks that no connection is refused, that only the
 * expected connections are reset, and that no real server answers ARP for the VIP. Only a VIP that is removed may refuse
 * new clients. Returns the answers by real server.
 */
export async function watched(
  lab: Lab,
  vip: string,
  change: () => Promise<unknown>,
  { cuts = 0, isVipLeaving = false } = {},
): Promise<Counts> {
  const arp = await watchArp(lab, vip);
  const refusals = await watchRefusals(lab, vip, 80);
  await change();
  const owners = await arp.stop();
  const answers = await refusals.stop();
  if (!isVipLeaving) expect(answers).not.toHaveProperty("refused");
  expect(answers.reset ?? 0).toBeLessThanOrEqual(cuts);
  expect(Object.keys(owners).filter((owner) => owner.startsWith("web"))).toEqual([]);
  return owners;
}

/** The hosts that answer ARP or neighbour discovery for a VIP. */
export async function ownersOf(lab: Lab, vip: string): Promise<string[]> {
  const arp = await watchArp(lab, vip);
  return Object.keys(await arp.stop());
}

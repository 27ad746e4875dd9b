import { expect } from "vitest";
import type { Lab } from "../../lab";
import { type Counts, watchArp, watchRefusals } from "../../traffic";

/**
 * Makes a change while a client connects to a VIP again and again, one connection at a time: nobody is refused, no more
 * connections are reset than the change cuts, and no real server answers ARP for the VIP. A VIP that goes refuses new
 * clients while those from before end. Returns who did answer.
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

/** Who owns a VIP now, to whoever asks. */
export async function ownersOf(lab: Lab, vip: string): Promise<string[]> {
  const arp = await watchArp(lab, vip);
  return Object.keys(await arp.stop());
}

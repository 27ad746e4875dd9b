import type { Lab } from "../../lab";
import { waitUntil } from "../../run";

// Prints our parts as the kernel shows them, without weights and counters.
const LIVE = `
ip -o address show to "$vip" | awk '{ print $2, $4 }'
ip rule | grep -E '^3000[01]:'
ip route show table all | grep -E 'table [0-9]{6}'
ip -o link show | grep -o ' lvs[0-9a-z-]*@*[^:]*: <[^>]*UP[^>]*>'
cd /proc/sys/net/ipv4/conf && grep -s . eth*/arp_ignore eth*/arp_announce b*/arp_ignore b*/arp_announce eth*/forwarding lvs*/rp_filter
[ ! -e /proc/net/ip_vs ] || ipvsadm -Sn
:`;

/** The live parts of a cluster on a host. */
export function liveOn(lab: Lab, host: string, vip: string): Promise<string> {
  return lab.host(host).mustRun(`vip=${vip}; ${LIVE}`);
}

/** The units of ours that systemd has in its memory, on all hosts. */
export async function unitsOn(lab: Lab): Promise<string[]> {
  const list = "systemctl list-units --all --plain --no-legend 'pulumi-lvs*'";
  const lists = await Promise.all(lab.hostNames.map((name) => lab.host(name).mustRun(list)));
  return lists.flatMap((units) => units.split("\n").filter(Boolean));
}

/** Waits until hosts have their earlier parts again, and prints how long that took. */
export async function isBack(
  lab: Lab,
  vip: string,
  before: ReadonlyMap<string, string>,
  event: string,
): Promise<void> {
  const begun = Date.now();
  for (const [host, wanted] of before) {
    let live = "";
    const isSame = async () => {
      live = await liveOn(lab, host, vip);
      return live === wanted;
    };
    await waitUntil(`${host} is as before: ${event}`, isSame, 120_000, 200).catch((error) => {
      throw new Error(`${(error as Error).message}\nbefore:\n${wanted}\nnow:\n${live}`);
    });
  }
  console.log(`${event}: as before after ${Date.now() - begun} ms`);
}

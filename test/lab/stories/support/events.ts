import { setTimeout as sleep } from "node:timers/promises";
import type { LabHost } from "../../host";
import type { Manager } from "../../qemu";

/** Something that happens to the network of a host. */
type Event = (host: LabHost) => Promise<unknown>;
type Events = Readonly<Record<string, Event>>;

const run =
  (line: string): Event =>
  (host) =>
    host.mustRun(line, { timeoutMs: 60_000 });

const commands = (...lines: string[]): Events =>
  Object.fromEntries(lines.map((line) => [line, run(line)]));

/** Takes an interface away from its driver, and gives it back: as if a card was pulled out and put in again. */
const unplug = (nic: string) =>
  run(`device=$(basename "$(readlink -f /sys/class/net/${nic}/device)")
cd /sys/bus/virtio/drivers/virtio_net && echo "$device" > unbind && sleep 1 && echo "$device" > bind`);

/** NetworkManager takes an interface without a cable down after five seconds. */
const CABLE_MS = 7000;

const pullCable =
  (nic: string): Event =>
  async (host) => {
    await host.cutLink(nic);
    await sleep(CABLE_MS);
    await host.restoreLink(nic);
  };

const downAndUp = (nic: string) => `ip link set ${nic} down; sleep 1; ip link set ${nic} up`;

/** Who takes a link down by hand makes again by hand what the kernel drops, also when it is not ours: docs/persistence.md. */
const downAndUpByHand = (nic: string) =>
  run(`own=$(ip route show default dev ${nic}); ${downAndUp(nic)}
[ -z "$own" ] || ip route replace $own dev ${nic}
systemctl restart pulumi-lvs`);

/** The events that remove nothing, so that no request fails meanwhile. */
export const HARMLESS: ReadonlySet<string> = new Set([
  "networkctl reload",
  "nmcli connection reload",
  "systemctl restart NetworkManager",
]);

const ofAll = (nic: string): Events => ({
  [`${nic}: interface removed and back`]: unplug(nic),
  [`${nic}: cable out and in`]: pullCable(nic),
});

const EVENTS: Readonly<Record<Manager, (nic: string) => Events>> = {
  networkd: (nic) => ({
    ...commands("networkctl reload", `networkctl reconfigure ${nic}`),
    ...commands("systemctl restart systemd-networkd"),
    // What an upgrade of systemd does at its end.
    ...commands("systemctl daemon-reexec; systemctl restart systemd-udevd systemd-networkd"),
    [`${nic}: link down and up`]: run(downAndUp(nic)),
    ...ofAll(nic),
  }),
  nm: (nic) => ({
    ...commands("nmcli connection reload", `nmcli device reapply ${nic}`),
    ...commands(`nmcli connection up ${nic}`, "systemctl restart NetworkManager"),
    [`${nic}: link down and up by hand`]: downAndUpByHand(nic),
    ...ofAll(nic),
  }),
  ifupdown: (nic) => ({
    ...commands(`ifdown ${nic}; ifup ${nic}`, "systemctl restart networking"),
    [`${nic}: link down and up by hand`]: downAndUpByHand(nic),
    ...ofAll(nic),
  }),
};

/** Events in the network of a host, on each of its interfaces in the cluster: those that are named, or all of them. */
export function eventsOf(
  { ips }: LabHost,
  manager: Manager,
  names?: readonly string[],
): (readonly [string, Event])[] {
  const all: Events = Object.assign({}, ...Object.keys(ips).map((nic) => EVENTS[manager](nic)));
  return (names ?? Object.keys(all)).map((name) => {
    const event = all[name];
    if (!event) throw new Error(`${manager} has no event "${name}"`);
    return [name, event];
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import type { LabHost } from "../../host";
import type { Manager } from "../../qemu";

/** Something that happens to the network of a host. */
type Event = (host: LabHost) => Promise<unknown>;

const run =
  (line: string): Event =>
  (host) =>
    host.mustRun(line, { timeoutMs: 60_000 });

/** Takes the interface away from its driver, and gives it back: as if a card was pulled out and put in again. */
const unplug = run(`device=$(basename "$(readlink -f /sys/class/net/eth1/device)")
cd /sys/bus/virtio/drivers/virtio_net && echo "$device" > unbind && sleep 1 && echo "$device" > bind`);

/** NetworkManager takes an interface without a cable down after five seconds. */
const CABLE_MS = 7000;

const pullCable: Event = async (host) => {
  await host.cutLink("eth1");
  await sleep(CABLE_MS);
  await host.restoreLink("eth1");
};

/** The events that remove nothing, so that no request fails meanwhile. */
export const HARMLESS: ReadonlySet<string> = new Set([
  "networkctl reload",
  "nmcli connection reload",
  "systemctl restart NetworkManager",
]);

const ofAll = { "interface removed and back": unplug, "cable out and in": pullCable };

const commands = (...lines: string[]) =>
  Object.fromEntries(lines.map((line) => [line, run(line)] as const));

/** Events in the network of a host, by network manager. */
export const EVENTS: Readonly<Record<Manager, Readonly<Record<string, Event>>>> = {
  networkd: {
    ...commands("networkctl reload", "networkctl reconfigure eth1"),
    ...commands("systemctl restart systemd-networkd"),
    // What an upgrade of systemd does at its end.
    ...commands("systemctl daemon-reexec; systemctl restart systemd-udevd systemd-networkd"),
    "link down and up": run("ip link set eth1 down; sleep 1; ip link set eth1 up"),
    ...ofAll,
  },
  nm: {
    ...commands("nmcli connection reload", "nmcli device reapply eth1"),
    ...commands("nmcli connection up eth1", "systemctl restart NetworkManager"),
    ...ofAll,
  },
  ifupdown: {
    ...commands("ifdown eth1; ifup eth1", "systemctl restart networking"),
    ...ofAll,
  },
};

import type { Manager } from "../../qemu";

/** Takes the interface away from its driver, and gives it back: as if a card was pulled out and put in again. */
const UNPLUG = `device=$(basename "$(readlink -f /sys/class/net/eth1/device)")
cd /sys/bus/virtio/drivers/virtio_net && echo "$device" > unbind && sleep 1 && echo "$device" > bind`;

/** What takes nothing away, so that no request fails meanwhile. */
export const HARMLESS: ReadonlySet<string> = new Set([
  "networkctl reload",
  "nmcli connection reload",
  "systemctl restart NetworkManager",
]);

/** What happens to the network of a host, by who manages it: lines of shell. */
export const EVENTS: Readonly<Record<Manager, Readonly<Record<string, string>>>> = {
  networkd: {
    "networkctl reload": "networkctl reload",
    "networkctl reconfigure": "networkctl reconfigure eth1",
    "systemctl restart systemd-networkd": "systemctl restart systemd-networkd",
    "link down and up": "ip link set eth1 down; sleep 1; ip link set eth1 up",
    "interface removed and back": UNPLUG,
  },
  nm: {
    "nmcli connection reload": "nmcli connection reload",
    "nmcli device reapply": "nmcli device reapply eth1",
    "nmcli connection up": "nmcli connection up eth1",
    "systemctl restart NetworkManager": "systemctl restart NetworkManager",
    "interface removed and back": UNPLUG,
  },
  ifupdown: {
    "ifdown and ifup": "ifdown eth1; ifup eth1",
    "systemctl restart networking": "systemctl restart networking",
    "interface removed and back": UNPLUG,
  },
};

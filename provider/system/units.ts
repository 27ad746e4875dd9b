import { APPLY_SCRIPT } from "./applyScript";
import { APPLY, ENABLED_UNIT } from "./paths";

/** A boot file with the same text on every host. */
export interface SystemFile {
  readonly path: string;
  readonly text: string;
  /** Whether the file is left out on a host that lacks its directory. @default false */
  readonly isOptional?: boolean;
}

const UNITS = "/etc/systemd/system";

const BOOT_SERVICE = `[Unit]
Description=What pulumi-lvs has declared on this host
Documentation=file:${APPLY}
Wants=pulumi-lvs-network@1.path pulumi-lvs-network@2.path
After=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${APPLY}

[Install]
WantedBy=multi-user.target
`;

const NETWORK_SERVICE = `[Unit]
Description=What pulumi-lvs has declared on the network of this host (%i)
Documentation=file:${APPLY}
PartOf=pulumi-lvs.service
After=pulumi-lvs.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/sh ${APPLY} network
`;

// A path unit does not watch while its service runs. So there are two instances: a change during the run of the first
// service starts the second service, which waits for the lock of the first.
const NETWORK_PATH = `[Unit]
Description=What network managers of this host say that they have done (%i)
PartOf=pulumi-lvs.service

[Path]
# systemd-networkd, NetworkManager, ifupdown: each keeps the state of its interfaces there.
PathChanged=/run/systemd/netif/links
PathChanged=/run/NetworkManager/devices
PathChanged=/run/network
`;

// udev runs the program before it announces the interface to other programs (udev(7), RUN).
const UDEV_RULE = `ACTION=="add", SUBSYSTEM=="net", RUN+="/bin/sh ${APPLY} interface $name"
`;

// NetworkManager writes nothing below /run when a device is reapplied, and it may write before a device is up, which is
// when a VIP can be added (NetworkManager-dispatcher(8)). The script starts both units, because one of them may be running
// already.
const DISPATCHER_SCRIPT = `#!/bin/sh
case $2 in up | reapply) ;; *) exit 0 ;; esac
systemctl --no-block start pulumi-lvs-network@1.service pulumi-lvs-network@2.service
`;

/** The files of every host with parts that survive a reboot. The unit is last: its presence proves the other files. */
export const SYSTEM_FILES: readonly SystemFile[] = [
  { path: APPLY, text: APPLY_SCRIPT },
  {
    path: "/etc/udev/rules.d/90-pulumi-lvs.rules",
    text: UDEV_RULE,
    isOptional: true,
  },
  {
    path: "/etc/NetworkManager/dispatcher.d/90-pulumi-lvs",
    text: DISPATCHER_SCRIPT,
    isOptional: true,
  },
  { path: `${UNITS}/pulumi-lvs-network@.path`, text: NETWORK_PATH },
  { path: `${UNITS}/pulumi-lvs-network@.service`, text: NETWORK_SERVICE },
  { path: `${UNITS}/pulumi-lvs.service`, text: BOOT_SERVICE },
];

/** The link to the unit, which reads as the unit's text when the unit is enabled. */
export const ENABLED_FILE: SystemFile = { path: ENABLED_UNIT, text: BOOT_SERVICE };

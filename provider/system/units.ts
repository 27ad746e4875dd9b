import { APPLY_SCRIPT } from "./applyScript";
import { APPLY, ENABLED_UNIT } from "./paths";

/** A file that is the same on every host. */
export interface SystemFile {
  readonly path: string;
  readonly text: string;
  /** Not there on a host without the directory for it. @default false */
  readonly isOptional?: boolean;
}

const UNITS = "/etc/systemd/system";

const ALL_AT_BOOT = `[Unit]
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

const AFTER_A_CHANGE = `[Unit]
Description=What pulumi-lvs has declared on the network of this host (%i)
Documentation=file:${APPLY}
PartOf=pulumi-lvs.service
After=pulumi-lvs.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/sh ${APPLY} network
`;

// A path unit does not watch while its service runs. There are two of them: what happens then starts the other one,
// which waits for the first one's lock.
const WHEN_IT_CHANGES = `[Unit]
Description=What network managers of this host say that they have done (%i)
PartOf=pulumi-lvs.service

[Path]
# systemd-networkd, NetworkManager, ifupdown: each keeps the state of its interfaces there.
PathChanged=/run/systemd/netif/links
PathChanged=/run/NetworkManager/devices
PathChanged=/run/network
`;

// udev runs it before it tells anybody else of the interface (udev(7), RUN).
const NEW_INTERFACE = `ACTION=="add", SUBSYSTEM=="net", RUN+="/bin/sh ${APPLY} interface $name"
`;

// NetworkManager says nothing below /run of a device that was reapplied (NetworkManager-dispatcher(8)). Both units: one
// of them may be at work already.
const REAPPLIED = `#!/bin/sh
[ "$2" != reapply ] || systemctl --no-block start pulumi-lvs-network@1.service pulumi-lvs-network@2.service
`;

/** The files of every host on which something survives. The unit comes last: where it is, the others are. */
export const SYSTEM_FILES: readonly SystemFile[] = [
  { path: APPLY, text: APPLY_SCRIPT },
  {
    path: "/etc/udev/rules.d/90-pulumi-lvs.rules",
    text: NEW_INTERFACE,
    isOptional: true,
  },
  {
    path: "/etc/NetworkManager/dispatcher.d/90-pulumi-lvs",
    text: REAPPLIED,
    isOptional: true,
  },
  { path: `${UNITS}/pulumi-lvs-network@.path`, text: WHEN_IT_CHANGES },
  { path: `${UNITS}/pulumi-lvs-network@.service`, text: AFTER_A_CHANGE },
  { path: `${UNITS}/pulumi-lvs.service`, text: ALL_AT_BOOT },
];

/** The unit as it is found where it is enabled. */
export const ENABLED: SystemFile = { path: ENABLED_UNIT, text: ALL_AT_BOOT };

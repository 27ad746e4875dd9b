/** Everything of ours that makes a host's parts again (docs/persistence.md). */
export const BOOT_DIRECTORY = "/etc/pulumi-lvs";

/** A file for each part that survives. */
export const PARTS_DIRECTORY = `${BOOT_DIRECTORY}/parts.d`;

/** The program that makes all of them again. */
export const APPLY = `${BOOT_DIRECTORY}/apply`;

/** Enabling the unit makes this link to it (systemctl(1), enable). */
export const ENABLED_UNIT = "/etc/systemd/system/multi-user.target.wants/pulumi-lvs.service";

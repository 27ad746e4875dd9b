/** The directory of the files that restore the parts of a host at boot (docs/persistence.md). */
export const BOOT_DIRECTORY = "/etc/pulumi-lvs";

/** The directory with one file for each part that survives a reboot. */
export const PARTS_DIRECTORY = `${BOOT_DIRECTORY}/parts.d`;

/** The program that restores all of these parts. */
export const APPLY = `${BOOT_DIRECTORY}/apply`;

/** The link that `systemctl enable` makes (systemctl(1)). */
export const ENABLED_UNIT = "/etc/systemd/system/multi-user.target.wants/pulumi-lvs.service";

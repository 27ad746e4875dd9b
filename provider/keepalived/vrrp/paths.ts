/** A file for each virtual router. */
export const FAILOVER_DIRECTORY = "/etc/pulumi-lvs/failover.d";

/** The program that tests these files and has keepalived take them. */
export const FAILOVER = "/etc/pulumi-lvs/failover";

/** The unit that runs keepalived on them. */
export const FAILOVER_UNIT = "/etc/systemd/system/pulumi-lvs-failover.service";

/** What this keepalived has while it runs. */
export const FAILOVER_RUN = "/run/pulumi-lvs-failover";

/** The name of the file of a virtual router: `vrid-80.conf`. */
export function routerFileName(id: string): string {
  return `${id.replaceAll(" ", "-")}.conf`;
}

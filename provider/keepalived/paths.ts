/** The directory with a file for each virtual service that has health checks. */
export const CHECKS_DIRECTORY = "/etc/pulumi-lvs/keepalived.d";

/** The program that tests these files and makes keepalived use them. */
export const HEALTH = "/etc/pulumi-lvs/health";

/** The unit that runs keepalived with these files. */
export const HEALTH_UNIT = "/etc/systemd/system/pulumi-lvs-health.service";

/** The file name of a virtual service, which has only letters, digits, dots and dashes: `tcp-192.0.2.80-80.conf`. */
export function checkFileName(service: string): string {
  return `${service.replaceAll(/[[\]]/g, "").replaceAll(/[^A-Za-z0-9.]/g, "-")}.conf`;
}

/** A file for each virtual service with health checks. */
export const CHECKS_DIRECTORY = "/etc/pulumi-lvs/keepalived.d";

/** The program that tests these files and has keepalived take them. */
export const HEALTH = "/etc/pulumi-lvs/health";

/** The unit that runs keepalived on them. */
export const HEALTH_UNIT = "/etc/systemd/system/pulumi-lvs-health.service";

/** The name of the file of a virtual service, of letters, digits, dots and dashes: `tcp-192.0.2.80-80.conf`. */
export function checkFileName(service: string): string {
  return `${service.replaceAll(/[[\]]/g, "").replaceAll(/[^A-Za-z0-9.]/g, "-")}.conf`;
}

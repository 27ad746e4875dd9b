import type { LabHost } from "./host";

/**
 * Prepares a booted host for its snapshot. The script reads the programs once, so that they are in the page cache. The
 * script only reads ipvsadm, because running it would load ip_vs.
 */
export const PREPARE = `
cd /
cat usr/sbin/ipvsadm bin/ip sbin/modprobe sbin/sysctl usr/bin/arping usr/bin/flock usr/bin/sudo \\
  usr/lib/modules/*/modules.* usr/bin/tcpdump \\
  $(find usr/lib/modules/*/kernel/net -path '*/ipvs/*' -o -name 'ipip*' -o -name 'ip_tunnel*' \\
    -o -name 'nf_conntrack.*' -o -name 'nf_defrag*') > /dev/null 2>&1
ip -V > /dev/null; arping -V > /dev/null; python3 -c 'import collections, select, socket, struct'
su ops -c 'sudo -n true'
sync; rm -rf /tmp/*
`;

export async function prepare(host: LabHost): Promise<void> {
  if (host.plan.answers) {
    await host.mustRun(
      "for n in {1..100}; do curl -s localhost:8080 && exit; sleep 0.1; done; exit 1",
    );
  }
  await host.mustRun(PREPARE);
}

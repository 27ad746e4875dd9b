import type { LabHost } from "../lab/host";
import type { Lab } from "../lab/lab";
import type { Director } from "./director";

/** The hosts of the lab that are divided into directors. One of them has memory for about ten logins. */
export const DIVIDED = ["director1", "director2", "web1", "web2", "web3"];
/** The most directors of a host: sshd listens on at most 16 ports (MAX_LISTEN_SOCKS in its sshd.c). */
const MOST_OF_HOST = 16;
export const MOST_DIRECTORS = MOST_OF_HOST * DIVIDED.length;
const FIRST_PORT = 2201;
const DIVIDE_MS = 600_000;

/**
 * Divides hosts of the lab into directors. Each is a network namespace, which has an IPVS table of its own, and a mount
 * namespace, which has a journal and a lock of its own. sshd listens on a port for each director, and runs the commands
 * of a login in its namespaces.
 */
export async function divide(lab: Lab, count: number): Promise<Director[]> {
  const perHost = Math.ceil(count / DIVIDED.length);
  const divided = DIVIDED.map(async (name, index) => {
    const host = lab.host(name);
    const size = Math.min(perHost, count - index * perHost);
    const numbers = Array.from({ length: Math.max(0, size) }, (_, at) => at + 1);
    await host.mustRun(scriptOf(numbers), { timeoutMs: DIVIDE_MS });
    const directors: Director[] = [];
    for (const number of numbers) directors.push(await directorOf(lab, host, number));
    return directors;
  });
  return (await Promise.all(divided)).flat();
}

async function directorOf(lab: Lab, host: LabHost, number: number): Promise<Director> {
  const port = await host.forward(portOf(number));
  return {
    connection: { ...lab.connection(host.name), port },
    mustRun: (line) => host.mustRun(`${entering(number)} ${line}`),
  };
}

const portOf = (number: number) => FIRST_PORT + number - 1;
const entering = (number: number) =>
  `nsenter --net=/run/netns/d${number} --mount=/run/divided/d${number}`;

/** A mount namespace can be kept only by a file whose mount is private. */
function scriptOf(numbers: readonly number[]): string {
  return `set -e
modprobe -a ip_vs ip_vs_wlc
mkdir /run/divided
mount --bind /run/divided /run/divided
mount --make-private /run/divided
for n in ${numbers.join(" ")}; do
  ip netns add d$n
  ip -n d$n link add eth1 type dummy
  ip -n d$n address add 192.0.2.2/24 dev eth1
  ip -n d$n link set eth1 up
  : > /run/divided/d$n
  unshare --mount=/run/divided/d$n nsenter --net=/run/netns/d$n sh -ec '
    mount -t sysfs sysfs /sys
    for directory in /var/lib /run/lock; do mount -t tmpfs tmpfs $directory; done'
done
cat > /run/divided/sshd_config <<'END'
AddressFamily inet
${numbers.map((number) => `Port ${portOf(number)}`).join("\n")}
HostKey /etc/ssh/ssh_host_ed25519_key
UsePAM no
UseDNS no
MaxStartups 1000
PidFile none
${numbers.map(matchOf).join("\n")}
END
/usr/sbin/sshd -r -f /run/divided/sshd_config`;
}

const matchOf = (number: number) => `Match LocalPort ${portOf(number)}
  ForceCommand exec ${entering(number)} sh -c "$SSH_ORIGINAL_COMMAND"`;

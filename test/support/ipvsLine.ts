import { isIPv4, isIPv6 } from "node:net";

/** A line as ipvsadm reads it, with its defaults, and with the numbers that it passes to the kernel. */
export interface IpvsLine {
  readonly command: string;
  /** The virtual service in the form of -S: `-t 192.0.2.80:80`. */
  readonly service: string;
  readonly protocol: string;
  readonly isMark: boolean;
  readonly isIpv6: boolean;
  /** The VIP; empty for a firewall mark. */
  readonly address: string;
  readonly port: number;
  readonly words: ReadonlyMap<string, string>;
  readonly dest?: { readonly address: string; readonly port: number };
}

/** A call of fail() in ipvsadm.c, which ends the process and with it the whole -R. */
export class UsageError extends Error {}

const withValue =
  "-t -u --sctp-service -f -s -p -M --pe -b -r -w -x -y --tun-type --tun-port".split(" ");
const alone = "-6 -o -g -i -m --tun-nocsum --tun-csum --tun-remcsum".split(" ");
const ofServer =
  "-r -g -i -m -w -x -y --tun-type --tun-port --tun-nocsum --tun-csum --tun-remcsum".split(" ");
// The options of each command besides the virtual service (ipvsadm.c, commands_v_options).
const legal: Readonly<Record<string, readonly string[]>> = {
  "-A": ["-s", "-p", "-M", "-o", "--pe", "-b"],
  "-E": ["-s", "-p", "-M", "-o", "--pe", "-b"],
  "-D": [],
  "-a": ofServer,
  "-e": ofServer,
  "-d": ["-r"],
};

/** Reads the words of a line like parse_options and process_options of ipvsadm.c. */
export function readIpvsLine(line: readonly string[]): IpvsLine {
  const [command = "", ...rest] = line;
  const words = readWords(rest);
  const service = readService(words);
  const extra = [...words.keys()].filter(
    (word) => !"-t -u --sctp-service -f -6".split(" ").includes(word),
  );
  const wrong = extra.find((word) => !legal[command]?.includes(word));
  if (legal[command] === undefined || wrong) throw new UsageError(`Illegal '${wrong ?? command}'`);
  const dest = words.get("-r");
  if (dest === undefined) return { command, words, ...service };
  const given = readEndpoint(dest);
  if (!given) throw new UsageError("illegal real server address[:port] specified");
  const isRouted = !words.has("-m");
  const port = isRouted && !service.isMark ? service.port : (given.port ?? service.port);
  if (given.isIpv6 !== service.isIpv6 && !words.has("-i") && command !== "-d") {
    throw new UsageError("Different address family is allowed only for tunneling servers");
  }
  // A deletion has no method, so that ipvsadm assumes dr. process_options checks the port only for -a and -e.
  const named = command === "-d" ? (given.port ?? service.port) : port;
  return { command, words, ...service, dest: { address: given.address, port: named } };
}

function readWords(line: readonly string[]): Map<string, string> {
  const words = new Map<string, string>();
  for (let index = 0; index < line.length; index++) {
    const word = line[index] ?? "";
    if (words.has(word)) throw new UsageError(`multiple '${word}' options specified`);
    if (alone.includes(word)) words.set(word, "");
    else if (withValue.includes(word)) words.set(word, line[++index] ?? "");
    else throw new UsageError(`${word}: unknown option`);
  }
  return words;
}

function readService(words: ReadonlyMap<string, string>) {
  const option = ["-t", "-u", "--sctp-service", "-f"].find((one) => words.has(one)) ?? "";
  const value = words.get(option) ?? "";
  if (option === "-f") {
    const isIpv6 = words.has("-6");
    const service = `-f ${Number(value) | 0}${isIpv6 ? " -6" : ""}`;
    return { service, protocol: "FWM", isMark: true, isIpv6, address: "", port: 0 };
  }
  const at = readEndpoint(value);
  if (!at) throw new UsageError("illegal virtual server address[:port] specified");
  const port = at.port ?? 0;
  const protocol = { "-t": "TCP", "-u": "UDP" }[option] ?? "SCTP";
  const text = at.isIpv6 ? `[${at.address}]:${port}` : `${at.address}:${port}`;
  const { address, isIpv6 } = at;
  return { service: `${option} ${text}`, protocol, isMark: false, isIpv6, address, port };
}

// An address in brackets needs a port (ipvsadm.c, parse_service).
function readEndpoint(text: string) {
  if (isIPv6(text)) return { address: text, port: undefined, isIpv6: true };
  const [, six, four, port] = /^(?:\[([^\]]*)\]:|([^:]*?)(?::|$))(\d*)$/.exec(text) ?? [];
  const address = six ?? four ?? "";
  if (!(six === undefined ? isIPv4(address) : isIPv6(address)) || Number(port) > 65535) return;
  return { address, port: port === "" ? undefined : Number(port), isIpv6: six !== undefined };
}

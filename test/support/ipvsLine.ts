import { isIPv4, isIPv6 } from "node:net";

/** What ipvsadm makes of the words of one line, with its defaults; numbers as it hands them to the kernel. */
export interface IpvsLine {
  readonly command: string;
  /** `-t 192.0.2.80:80`, as -S prints it. */
  readonly service: string;
  readonly protocol: string;
  readonly isMark: boolean;
  readonly isIpv6: boolean;
  /** The VIP; empty for a mark. */
  readonly address: string;
  readonly port: number;
  readonly words: ReadonlyMap<string, string>;
  readonly dest?: { readonly address: string; readonly port: number };
}

/** fail() of ipvsadm.c: it ends the whole process, and with it a whole -R. */
export class UsageError extends Error {}

const withValue =
  "-t -u --sctp-service -f -s -p -M --pe -b -r -w -x -y --tun-type --tun-port".split(" ");
const alone = "-6 -o -g -i -m --tun-nocsum --tun-csum --tun-remcsum".split(" ");
const ofServer =
  "-r -g -i -m -w -x -y --tun-type --tun-port --tun-nocsum --tun-csum --tun-remcsum".split(" ");
// commands_v_options of ipvsadm.c: what each command takes besides the virtual service.
const legal: Readonly<Record<string, readonly string[]>> = {
  "-A": ["-s", "-p", "-M", "-o", "--pe", "-b"],
  "-E": ["-s", "-p", "-M", "-o", "--pe", "-b"],
  "-D": [],
  "-a": ofServer,
  "-e": ofServer,
  "-d": ["-r"],
};

/** Reads the words of one line as parse_options and process_options of ipvsadm.c do. */
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
  // A deletion names no method, so ipvsadm takes dr; process_options looks at the port of -a and -e only.
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

// parse_service of ipvsadm.c: brackets need a port after them.
function readEndpoint(text: string) {
  if (isIPv6(text)) return { address: text, port: undefined, isIpv6: true };
  const [, six, four, port] = /^(?:\[([^\]]*)\]:|([^:]*?)(?::|$))(\d*)$/.exec(text) ?? [];
  const address = six ?? four ?? "";
  if (!(six === undefined ? isIPv4(address) : isIPv6(address)) || Number(port) > 65535) return;
  return { address, port: port === "" ? undefined : Number(port), isIpv6: six !== undefined };
}

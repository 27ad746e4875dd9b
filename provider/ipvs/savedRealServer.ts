import { parseEndpoint } from "../values/address";
import type { RealServer, Tunnel } from "./model";
import { type Options, type Refuse, readNumber, readOptions } from "./savedLines";
import { keyOptions, keyWords } from "./savedService";
import {
  checksumOptions,
  forwardingOptions,
  keyOf,
  type Range,
  ranges,
  tunnelChecksums,
} from "./vocabulary";

// The options that ipvsadm.c prints (print_tunnel_rule), and -x and -y, which only our own lines have.
const realServerOptions = {
  ...keyOptions,
  "-a": "alone",
  "-r": "value",
  "-m": "alone",
  "-g": "alone",
  "-i": "alone",
  "-w": "value",
  "-x": "value",
  "-y": "value",
  "--tun-type": "value",
  "--tun-port": "value",
  "--tun-nocsum": "alone",
  "--tun-csum": "alone",
  "--tun-remcsum": "alone",
} as const;

const forwardingNames = Object.values(forwardingOptions);
const checksumNames = Object.values(checksumOptions);

/** Reads the line of a real server and the words in the line that name its virtual service. */
export function readRealServer(line: string, refuse: Refuse) {
  const options = readOptions(line, realServerOptions, refuse);
  return { serviceWords: keyWords(options), realServer: readKeyAndConfig(options, refuse) };
}

function readKeyAndConfig(options: Options, refuse: Refuse): RealServer {
  const text = options.get("-r") ?? refuse("there is no real server");
  const { address: rip, port } = parseEndpoint(text) ?? refuse(`"${text}" is no address and port`);
  const given = forwardingNames.filter((option) => options.has(option));
  const forwardingMethod =
    (given.length === 1 ? keyOf(forwardingOptions, given[0] ?? "") : undefined) ??
    refuse("there is not one forwarding method");
  const tunnel = readTunnel(options, refuse);
  if (tunnel !== undefined && forwardingMethod !== "tun")
    return refuse(`a tunnel goes with "-i" only`);
  const config = {
    forwardingMethod,
    weight: numberOf(options, "-w", 1, ranges.liveWeight, refuse),
    upperThreshold: numberOf(options, "-x", 0, ranges.threshold, refuse),
    lowerThreshold: numberOf(options, "-y", 0, ranges.threshold, refuse),
    // ipvsadm before 1.30 knows only ipip tunnels and does not print the type.
    ...(forwardingMethod === "tun" && { tunnel: tunnel ?? ({ type: "ipip" } as const) }),
  };
  return { key: { rip, port }, config };
}

function numberOf(
  options: Options,
  option: string,
  absent: number,
  range: Range,
  refuse: Refuse,
): number {
  const text = options.get(option);
  return text === undefined ? absent : readNumber(`"${option}"`, text, range, refuse);
}

function readTunnel(options: Options, refuse: Refuse): Tunnel | undefined {
  const [type, portText] = [options.get("--tun-type"), options.get("--tun-port")];
  const given = checksumNames.filter((option) => options.has(option));
  const checksum = given.length === 1 ? keyOf(checksumOptions, given[0] ?? "") : undefined;
  if (type === undefined && portText === undefined && given.length === 0) return undefined;
  if (type === "ipip" && portText === undefined && given.length === 0) return { type };
  if (type === "gue" && portText !== undefined && checksum !== undefined) {
    return {
      type,
      port: readNumber("the tunnel's port", portText, ranges.tunnelPort, refuse),
      checksum,
    };
  }
  const greChecksum = tunnelChecksums.gre.find((allowed) => allowed === checksum);
  if (type === "gre" && portText === undefined && greChecksum !== undefined)
    return { type, checksum: greChecksum };
  return refuse("this tunnel is not known");
}

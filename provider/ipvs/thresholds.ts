import { endpoint, parseEndpoint } from "../values/address";
import { serviceKeyText } from "./model";
import { eachLine, type Refuse } from "./savedLines";

/** The two connection limits of a real server (ipvsadm(8) -x, -y). */
export interface Thresholds {
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
}

// The three lines before the table (ipvsadm.c, list_all and print_title).
const title = [
  /^IP Virtual Server version \d+\.\d+\.\d+ \(size=\d+\)$/,
  /^Prot LocalAddress:Port +Uthreshold +Lthreshold +ActiveConn +InActConn *$/,
  /^ {2}-> RemoteAddress:Port$/,
];
const endpointLine = /^(TCP|UDP|SCTP) +(\S+) +\S/;
const fwmarkLine = /^FWM {2}(-?\d+)( IPv6)? +\S/;
const realServerLine = /^ {2}-> (\S+) +(\d+) +(\d+) +\d+ +\d+ *$/;

/** Reads `ipvsadm -Ln --thresholds` into thresholds by virtual service (`tcp 192.0.2.80:80`) and real server. */
export function parseThresholds(text: string): Map<string, Map<string, Thresholds>> {
  const services = new Map<string, Map<string, Thresholds>>();
  let service: Map<string, Thresholds> | undefined;
  eachLine("ipvsadm -Ln --thresholds", text, (line, refuse, index) => {
    const expected = title[index];
    if (expected !== undefined) {
      return expected.test(line) ? undefined : refuse("it is not the title that is known");
    }
    const [, address, upper, lower] = realServerLine.exec(line) ?? [];
    if (address === undefined) {
      const name = readServiceName(line, refuse);
      service = services.get(name) ?? new Map();
      services.set(name, service);
      return;
    }
    if (service === undefined) return refuse("no virtual service is before it");
    service.set(listedEndpoint(address, refuse), {
      upperThreshold: Number(upper),
      lowerThreshold: Number(lower),
    });
  });
  return services;
}

/** Reads the name of a virtual service (`tcp 192.0.2.80:80`) from its line in `ipvsadm -Ln`. */
export function readServiceName(line: string, refuse: Refuse): string {
  const [, protocol, address = ""] = endpointLine.exec(line) ?? [];
  if (protocol !== undefined) return `${protocol.toLowerCase()} ${listedEndpoint(address, refuse)}`;
  const [, mark, ipv6] = fwmarkLine.exec(line) ?? refuse("it is no line that is known");
  // ipvsadm.c prints the unsigned mark with %d, so that a large mark is negative.
  const fwmark = Number(mark) >>> 0;
  return serviceKeyText({ kind: "fwmark", fwmark, family: ipv6 === undefined ? "ipv4" : "ipv6" });
}

/** The canonical form of an address and a port in `ipvsadm -Ln`. */
export function listedEndpoint(text: string, refuse: Refuse): string {
  const parsed = parseEndpoint(text) ?? refuse(`"${text}" is no address and port`);
  return parsed.family === "ipv4" ? text : endpoint(parsed.address, parsed.port);
}

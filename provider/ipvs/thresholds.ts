import { endpoint, parseEndpoint } from "../values/address";
import { serviceKeyText } from "./model";
import { eachLine, type Refuse } from "./savedLines";

/** The two connection limits of a real server (ipvsadm(8) -x, -y). */
export interface Thresholds {
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
}

// ipvsadm.c, list_all and print_title: three lines before the table.
const title = [
  /^IP Virtual Server version \d+\.\d+\.\d+ \(size=\d+\)$/,
  /^Prot LocalAddress:Port +Uthreshold +Lthreshold +ActiveConn +InActConn *$/,
  /^ {2}-> RemoteAddress:Port$/,
];
const endpointLine = /^(TCP|UDP|SCTP) +(\S+) +\S/;
const fwmarkLine = /^FWM {2}(-?\d+)( IPv6)? +\S/;
const realServerLine = /^ {2}-> (\S+) +(\d+) +(\d+) +\d+ +\d+ *$/;

/** Reads the thresholds out of `ipvsadm -Ln --thresholds`, by `tcp 192.0.2.80:80` and `10.0.0.5:80`. */
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

/** The name of the virtual service of a line of `ipvsadm -Ln`: `tcp 192.0.2.80:80`. */
export function readServiceName(line: string, refuse: Refuse): string {
  const [, protocol, address = ""] = endpointLine.exec(line) ?? [];
  if (protocol !== undefined) return `${protocol.toLowerCase()} ${listedEndpoint(address, refuse)}`;
  const [, mark, ipv6] = fwmarkLine.exec(line) ?? refuse("it is no line that is known");
  // ipvsadm.c prints the unsigned mark with %d.
  const fwmark = Number(mark) >>> 0;
  return serviceKeyText({ kind: "fwmark", fwmark, family: ipv6 === undefined ? "ipv4" : "ipv6" });
}

/** An address and a port of `ipvsadm -Ln` in canonical form. */
export function listedEndpoint(text: string, refuse: Refuse): string {
  const parsed = parseEndpoint(text) ?? refuse(`"${text}" is no address and port`);
  return parsed.family === "ipv4" ? text : endpoint(parsed.address, parsed.port);
}

import { describe, expect, it } from "vitest";
import type { RealServerConfig } from "../../provider/ipvs/model";
import {
  ipvsadmCommand,
  renderAddRealServer,
  renderAddService,
  renderDeleteRealServer,
  renderDeleteService,
  renderEditRealServer,
  renderEditService,
  renderService,
  tunnelWords,
} from "../../provider/ipvs/render";
import {
  aRealServer,
  aVirtualService,
  dns,
  marked,
  type ServiceWords,
  web,
} from "../support/builders";

const services: [string, ServiceWords, string][] = [
  ["the default scheduler by its name", {}, "-t 192.0.2.80:80 -s wlc"],
  ["IPv6 in brackets", { key: dns, scheduler: "rr" }, "-u [2001:db8::80]:53 -s rr"],
  ["sctp", { key: { ...web, protocol: "sctp" } }, "--sctp-service 192.0.2.80:80 -s wlc"],
  ["a mark", { key: marked }, "-f 5 -s wlc"],
  ["a mark of IPv6", { key: { ...marked, family: "ipv6" } }, "-f 5 -6 -s wlc"],
  [
    "persistence always with its seconds",
    { persistence: { seconds: 360 } },
    "-t 192.0.2.80:80 -s wlc -p 360",
  ],
  [
    "the mask of persistence",
    { persistence: { seconds: 60, netmask: "255.255.255.0" } },
    "-t 192.0.2.80:80 -s wlc -p 60 -M 255.255.255.0",
  ],
  ["one-packet scheduling", { key: dns, onePacket: true }, "-u [2001:db8::80]:53 -s wlc -o"],
  [
    "an engine and flags in order",
    {
      key: dns,
      scheduler: "sh",
      persistenceEngine: "sip",
      schedulerFlags: ["sh-port", "sh-fallback"],
    },
    "-u [2001:db8::80]:53 -s sh --pe sip -b sh-fallback,sh-port",
  ],
];

describe.each([
  ["renderAddService", renderAddService, "-A"],
  ["renderEditService", renderEditService, "-E"],
] as const)("%s", (_, render, option) => {
  it.each(services)("writes %s", (_name, words, text) => {
    expect(render(aVirtualService(words))).toBe(`${option} ${text}`);
  });
});

const realServers: [string, Partial<RealServerConfig>, string][] = [
  ["dr", {}, "-g -w 1 -x 0 -y 0"],
  ["a weight of 0", { weight: 0 }, "-g -w 0 -x 0 -y 0"],
  [
    "nat with thresholds",
    { forwardingMethod: "nat", upperThreshold: 100, lowerThreshold: 10 },
    "-m -w 1 -x 100 -y 10",
  ],
  [
    "ipip",
    { forwardingMethod: "tun", tunnel: { type: "ipip" } },
    "-i -w 1 -x 0 -y 0 --tun-type ipip",
  ],
  [
    "gue",
    { forwardingMethod: "tun", tunnel: { type: "gue", port: 6080, checksum: "remcsum" } },
    "-i -w 1 -x 0 -y 0 --tun-type gue --tun-port 6080 --tun-remcsum",
  ],
  [
    "gre",
    { forwardingMethod: "tun", tunnel: { type: "gre", checksum: "csum" } },
    "-i -w 1 -x 0 -y 0 --tun-type gre --tun-csum",
  ],
];

describe.each([
  ["renderAddRealServer", renderAddRealServer, "-a"],
  ["renderEditRealServer", renderEditRealServer, "-e"],
] as const)("%s", (_, render, option) => {
  it.each(realServers)("writes %s in full", (_name, config, text) => {
    expect(render(web, aRealServer(config))).toBe(
      `${option} -t 192.0.2.80:80 -r 10.0.0.5:80 ${text}`,
    );
  });

  it("writes an IPv6 real server with its port, even port 0", () => {
    expect(
      render({ ...marked, family: "ipv6" }, aRealServer({ rip: "2001:db8::5", port: 0 })),
    ).toBe(`${option} -f 5 -6 -r [2001:db8::5]:0 -g -w 1 -x 0 -y 0`);
  });
});

describe("renderDeleteService", () => {
  it("names the service and nothing else", () => {
    expect(renderDeleteService(web)).toBe("-D -t 192.0.2.80:80");
    expect(renderDeleteService({ ...marked, family: "ipv6" })).toBe("-D -f 5 -6");
  });
});

describe("renderDeleteRealServer", () => {
  it("names the service and the real server", () => {
    expect(renderDeleteRealServer(web, { rip: "10.0.0.5", port: 80 })).toBe(
      "-d -t 192.0.2.80:80 -r 10.0.0.5:80",
    );
  });
});

describe("renderService", () => {
  it("writes the service and its real servers in canonical order", () => {
    const service = aVirtualService({
      realServers: [aRealServer({ rip: "10.0.0.10" }), aRealServer({ rip: "10.0.0.9", weight: 0 })],
    });
    expect(renderService(service)).toBe(
      "-A -t 192.0.2.80:80 -s wlc\n" +
        "-a -t 192.0.2.80:80 -r 10.0.0.9:80 -g -w 0 -x 0 -y 0\n" +
        "-a -t 192.0.2.80:80 -r 10.0.0.10:80 -g -w 1 -x 0 -y 0\n",
    );
  });
});

describe("ipvsadmCommand", () => {
  it("gives lines to ipvsadm on standard input", () => {
    expect(ipvsadmCommand(["-D -t 192.0.2.80:80", "-D -f 5"])).toEqual({
      argv: ["ipvsadm", "-R"],
      stdin: "-D -t 192.0.2.80:80\n-D -f 5\n",
    });
  });
});

describe("tunnelWords", () => {
  it("takes ipip where tun names no tunnel, and nothing for the other methods", () => {
    expect(tunnelWords(aRealServer({ forwardingMethod: "tun" }).config)).toEqual([
      "--tun-type",
      "ipip",
    ]);
    expect(tunnelWords(aRealServer({ tunnel: { type: "ipip" } }).config)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { isListedWhole, listedName, parseList } from "../../provider/ipvs/list";
import type { EndpointKey, RealServer, VirtualService } from "../../provider/ipvs/model";
import { renderService } from "../../provider/ipvs/render";
import { aRealServer, aTable, aVirtualService, dns, web } from "../support/builders";
import { fixture } from "../support/captures";
import { WorkingTable } from "../support/ipvsTable";
import { aRandomTable, randomFrom } from "../support/randomTables";

const RELEASES = ["linux-6.1", "linux-6.12"];

/** Those of the lists that they show whole. */
const sctp = { ...web, protocol: "sctp", port: 3868 } as const;
const compatible = { ...web, vip: "::c000:201" };
const whole = [
  aVirtualService({
    realServers: [
      aRealServer(),
      aRealServer({ rip: "10.0.0.10", weight: 0 }),
      aRealServer({ rip: "127.0.0.1", weight: 7 }),
    ],
  }),
  aVirtualService({ key: compatible, scheduler: "rr" }),
  aVirtualService({
    key: dns,
    scheduler: "lblcr",
    realServers: [
      aRealServer({ rip: "2001:db8::5", port: 5353, forwardingMethod: "nat", weight: 5 }),
    ],
  }),
  aVirtualService({
    key: sctp,
    scheduler: "rr",
    realServers: [aRealServer({ port: 3868, forwardingMethod: "nat" })],
  }),
];

/** The lines of each virtual service in a list. */
function blocks(list: string): string[] {
  return list.split(/^(?=\S)/m).filter((block) => /^(TCP|UDP|SCTP) /.test(block));
}

/** The same as far as the list shows it. */
function plain({ key, config, realServers }: VirtualService): VirtualService {
  const isWhole = (one: RealServer) => isListedWhole(aVirtualService({ realServers: [one] }));
  return aVirtualService({
    key: { ...(key as EndpointKey), port: 80 },
    scheduler: config.scheduler,
    realServers: Object.values(realServers)
      .filter(isWhole)
      .map((one) => ({ ...one, key: { ...one.key, port: 80 } })),
  });
}

function blockOf(list: string, key: VirtualService["key"]): string {
  const name = listedName(key as EndpointKey)
    .replace(" ", " +")
    .replaceAll(/[[\]]/g, "\\$&");
  return blocks(list).find((block) => new RegExp(`^${name} `).test(block)) ?? "";
}

describe.each(RELEASES)("the list of %s", (release) => {
  const list = fixture(`ipvs/everything.list.${release}.txt`);

  it("has the virtual services by their names", () => {
    const words = blocks(list).map((block) => block.split(/ +/, 2).join(" "));
    const others = [443, 0].map((port) => ({ ...web, port }));
    const keys = [web, ...others, compatible, dns, { ...dns, vip: "192.0.2.80" }, sctp];
    expect(words).toEqual(expect.arrayContaining(keys.map(listedName)));
  });

  it("has the virtual services of marks, of either family by one name", () => {
    const name = listedName({ kind: "fwmark", fwmark: 5, family: "ipv6" });
    expect(list).toMatch(new RegExp(`^${name.replace(" ", " +")} `, "m"));
  });

  it("is read as far as it shows all", () => {
    const text = whole.map((one) => blockOf(list, one.key)).join("");
    expect(parseList(text)).toEqual(aTable(...whole));
  });

  it.each([
    ["persistence", "192.0.2.80", 443],
    ["one-packet scheduling", "192.0.2.90", 5060],
    ["tunnels", "192.0.2.80", 0],
  ])("is refused where it does not show all: %s", (_, vip, port) => {
    const key: EndpointKey = {
      kind: "endpoint",
      protocol: port === 5060 ? "udp" : "tcp",
      vip,
      port,
    };
    const block = blockOf(list, key);
    expect(block).not.toBe("");
    expect(() => parseList(block)).toThrow(/cannot read line \d of \/proc\/net\/ip_vs/);
  });
});

describe("isListedWhole", () => {
  const dr = aRealServer();

  it.each([
    ["a scheduler alone", { scheduler: "mh" }, true],
    [
      "real servers with dr and nat",
      { realServers: [dr, aRealServer({ forwardingMethod: "nat" })] },
      true,
    ],
    ["a flag", { scheduler: "mh", schedulerFlags: ["mh-port"] }, false],
    ["persistence", { persistence: { seconds: 300 } }, false],
    ["a persistence engine", { persistenceEngine: "sip" }, false],
    ["one-packet scheduling", { onePacket: true }, false],
    ["an upper threshold", { realServers: [dr, aRealServer({ upperThreshold: 9 })] }, false],
    [
      "a lower threshold",
      { realServers: [aRealServer({ upperThreshold: 9, lowerThreshold: 3 })] },
      false,
    ],
    [
      "a tunnel",
      { realServers: [aRealServer({ forwardingMethod: "tun", tunnel: { type: "ipip" } })] },
      false,
    ],
  ])("%s: %s", (_, words, whole) => {
    expect(isListedWhole(aVirtualService(words))).toBe(whole);
  });
});

describe("parseList", () => {
  it("gives back what is listed whole, of any table", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const all = Object.values(aRandomTable(randomFrom(seed)));
      const table = aTable(...all.filter(({ key }) => key.kind === "endpoint").map(plain));
      const working = new WorkingTable();
      working.restore(Object.values(table).map(renderService).join(""));
      expect(parseList(blocks(working.listed()).join(""))).toEqual(table);
    }
  });

  it.each([
    "  -> 0A000005:0050      Route   1      0          0         \n",
    "TCP  C0000250:0050 wlc  \n  -> 0A000005:0050      Local   1      0          0         \n",
    "TCP  C0000250:0050 wlc  \n  -> 0A000005      Route   1      0          0         \n",
    "TCP  192.0.2.80:0050 wlc  \n",
    "FWM  00000005 wlc \n",
  ])("refuses what it does not know: %j", (text) => {
    expect(() => parseList(text)).toThrow(expect.objectContaining({ kind: "parse" }));
  });
});

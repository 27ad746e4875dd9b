import { describe, expect, it } from "vitest";
import type { Owner } from "../../provider/journal/journal";
import { hasClaims, planClaims } from "../../provider/journal/plan";
import {
  addAddress,
  addService,
  held,
  module,
  service,
  setArpIgnore,
  sysctl,
  vip,
  vipOnLo,
} from "../support/claims";
import { ARP_IGNORE, api, factsAfter, type Row, SERVICE, stranger, VIP, web } from "./support/rows";

/** A claim of parts, by `web` unless the row says who. */
interface ClaimRow extends Row {
  readonly who?: Owner;
  readonly adopt?: boolean;
}

describe("planClaims", () => {
  const rows: readonly ClaimRow[] = [
    {
      name: "the first claim remembers what was there",
      live: setArpIgnore("0"),
      parts: [sysctl("arp_ignore", "1")],
      steps: ["set net/ipv4/conf/eth1/arp_ignore from 0 to 1"],
      after: { [ARP_IGNORE]: held("0", "1", web) },
    },
    {
      name: "a part that is absent is remembered as absent",
      parts: [vip()],
      steps: ["add the address 192.0.2.80/32 dev eth1"],
      after: { [VIP]: held(null, "present", web) },
    },
    {
      name: "a part that is there as wanted is claimed without a step, and stays when it is released",
      live: setArpIgnore("1"),
      parts: [sysctl("arp_ignore", "1")],
      after: { [ARP_IGNORE]: held("1", "1", web) },
    },
    {
      name: "a second claim keeps what was there before the first",
      journal: { [ARP_IGNORE]: held("0", "1", api) },
      live: setArpIgnore("1"),
      parts: [sysctl("arp_ignore", "1")],
      after: { [ARP_IGNORE]: held("0", "1", api, web) },
    },
    {
      name: "after a run that was killed, our own value is not taken for the one from before",
      journal: { [ARP_IGNORE]: held("0", "1", web) },
      live: setArpIgnore("1"),
      parts: [sysctl("arp_ignore", "1")],
    },
    {
      name: "after a run that was killed before its steps, they are run",
      journal: { [ARP_IGNORE]: held("0", "1", web) },
      live: setArpIgnore("0"),
      parts: [sysctl("arp_ignore", "1")],
      steps: ["set net/ipv4/conf/eth1/arp_ignore from 0 to 1"],
    },
    {
      name: "another stack may share a sysctl with the same value",
      journal: { [ARP_IGNORE]: held("0", "1", stranger) },
      live: setArpIgnore("1"),
      parts: [sysctl("arp_ignore", "1")],
      after: { [ARP_IGNORE]: held("0", "1", stranger, web) },
    },
    {
      name: "another stack may share a VIP on lo",
      journal: { "address 192.0.2.80/32 dev lo": held(null, "present", stranger) },
      live: addAddress("lo"),
      parts: [vipOnLo()],
      after: { "address 192.0.2.80/32 dev lo": held(null, "present", stranger, web) },
    },
    {
      name: "a replacement claims beside what it replaces: same URN, another ID",
      journal: { [VIP]: held(null, "present", web) },
      live: addAddress("eth1"),
      parts: [vip()],
      who: { ...web, id: "director1:2222 web" },
      after: { [VIP]: held(null, "present", web, { ...web, id: "director1:2222 web" }) },
    },
    {
      name: "a replacement on a host that was renamed claims beside what it replaces",
      journal: { [VIP]: held(null, "present", web) },
      live: addAddress("eth1"),
      parts: [vip()],
      who: { ...web, id: "192.0.2.1 web" },
      after: { [VIP]: held(null, "present", web, { ...web, id: "192.0.2.1 web" }) },
    },
    {
      name: "a resource that was renamed claims beside its old name",
      journal: { [VIP]: held(null, "present", api) },
      live: addAddress("eth1"),
      parts: [vip()],
      after: { [VIP]: held(null, "present", api, web) },
    },
    {
      name: "what is shared may be claimed by another name of the host",
      journal: { [ARP_IGNORE]: held("0", "1", { ...api, id: "192.0.2.1 api" }) },
      live: setArpIgnore("1"),
      parts: [sysctl("arp_ignore", "1")],
      after: { [ARP_IGNORE]: held("0", "1", { ...api, id: "192.0.2.1 api" }, web) },
    },
    {
      name: "a virtual service that is there as declared is taken without asking",
      live: addService("-A -t 192.0.2.80:80 -s rr"),
      parts: [service("-A -t 192.0.2.80:80 -s rr")],
      after: {
        [SERVICE]: held("-A -t 192.0.2.80:80 -s rr\n", "-A -t 192.0.2.80:80 -s rr\n", web),
      },
    },
    {
      name: "a virtual service that is unlike is adopted when that is asked for",
      live: addService("-A -t 192.0.2.80:80 -s rr"),
      parts: [service("-A -t 192.0.2.80:80 -s wlc")],
      adopt: true,
      steps: ["change the scheduler of tcp 192.0.2.80:80 from rr to wlc"],
      after: {
        [SERVICE]: held("-A -t 192.0.2.80:80 -s rr\n", "-A -t 192.0.2.80:80 -s wlc\n", web),
      },
    },
    {
      name: "parts are set up in their order, whatever the order they come in",
      parts: [vipOnLo(), sysctl("arp_ignore", "1"), module("ip_vs")],
      steps: [
        "load the kernel module ip_vs",
        "set net/ipv4/conf/eth1/arp_ignore from 0 to 1",
        "add the address 192.0.2.80/32 dev lo",
      ],
      after: {
        "module ip_vs": held(null, "loaded", web),
        [ARP_IGNORE]: held("0", "1", web),
        "address 192.0.2.80/32 dev lo": held(null, "present", web),
      },
    },
  ];
  it.each(rows)("$name", (row) => {
    const { parts = [], who = web, journal = {}, adopt = false } = row;
    const plan = planClaims(parts, who, journal, factsAfter(row.live), adopt);
    expect(plan.steps.map((step) => step.description)).toEqual(row.steps ?? []);
    expect(plan.journal).toEqual(row.after ?? journal);
  });

  const refused: readonly (ClaimRow & { readonly says: RegExp })[] = [
    {
      name: "a part that another stack owns",
      journal: { [VIP]: held(null, "present", stranger) },
      live: addAddress("eth1"),
      parts: [vip()],
      says: /^address 192.0.2.80\/32 dev eth1 belongs to another stack: urn:pulumi:other::.* owns it/,
    },
    {
      name: "a part that another stack owns, even with adopt",
      journal: { [VIP]: held(null, "present", stranger) },
      parts: [vip()],
      adopt: true,
      says: /belongs to another stack/,
    },
    {
      name: "a part that another resource of the stack owns by another name of the host",
      journal: { [VIP]: held(null, "present", { ...api, id: "192.0.2.1:2222 api" }) },
      live: addAddress("eth1"),
      parts: [vip()],
      says: /^address 192\.0\.2\.80\/32 dev eth1 belongs to urn:pulumi:dev::lvs::lvs:VirtualIp::api already, which calls this host 192\.0\.2\.1:2222; here it is director1, and both are one machine: .*nothing was changed/,
    },
    {
      name: "a part of another name of the host, even with adopt, and when it was claimed by both names",
      journal: {
        [VIP]: held(null, "present", { ...web, id: "old web" }, { ...api, id: "old api" }),
      },
      parts: [vip()],
      adopt: true,
      says: /belongs to urn:pulumi:dev::lvs::lvs:VirtualIp::api already/,
    },
    {
      name: "a shared sysctl with another value",
      journal: { [ARP_IGNORE]: held("0", "1", stranger) },
      parts: [sysctl("arp_ignore", "2")],
      says: /needs it to be 1, and here it is 2; nothing was changed/,
    },
    {
      name: "a virtual service that is there and unlike",
      live: addService("-A -t 192.0.2.80:80 -s rr", "-a -t 192.0.2.80:80 -r 10.0.0.5:80 -m -w 1"),
      parts: [service("-A -t 192.0.2.80:80 -s wlc")],
      says: /is there already, and unlike what is declared[\s\S]*there: {4}-A -t 192.0.2.80:80 -s rr\n {12}-a [\s\S]*adopt: true/,
    },
  ];
  it.each(refused)("refuses $name", (row) => {
    const { parts = [], journal = {}, adopt = false } = row;
    const claims = () => planClaims(parts, web, journal, factsAfter(row.live), adopt);
    expect(claims).toThrow(row.says);
    expect(claims).toThrow(expect.objectContaining({ kind: "conflict" }));
  });
});

describe("hasClaims", () => {
  it("distinguishes a resource from other resources and from the resource that it replaces", () => {
    const journal = { [VIP]: held(null, "present", web) };
    expect(hasClaims(web, journal)).toBe(true);
    expect(hasClaims(api, journal)).toBe(false);
    expect(hasClaims({ ...web, id: "director2 web" }, journal)).toBe(false);
  });
});

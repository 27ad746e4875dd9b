import { describe, expect, it } from "vitest";
import type { Journal } from "../../provider/journal/journal";
import { planReleases, planSweep } from "../../provider/journal/releases";
import {
  addAddress,
  addService,
  type EarlierChange,
  held,
  setArpIgnore,
  sysctl,
} from "../support/claims";
import { ARP_IGNORE, api, factsAfter, type Row, SERVICE, stranger, VIP, web } from "./support/rows";

const REAL_SERVER = "realServer tcp 192.0.2.80:80 -> 192.0.2.11:80";
const FORWARDING = "sysctl net/ipv4/conf/eth1/forwarding";
const [RR, WLC] = ["rr", "wlc"].map((scheduler) => `-A -t 192.0.2.80:80 -s ${scheduler}`) as [
  string,
  string,
];
const [WEB1, WEB2] = [1, 2].map((n) => `-a -t 192.0.2.80:80 -r 192.0.2.1${n}:80 -g -w 1`) as [
  string,
  string,
];
const ANY = "# and any real servers\n";

const setForwarding =
  (values: Readonly<Record<string, string>>): EarlierChange =>
  (host) => {
    for (const [device, value] of Object.entries(values))
      host.network.sysctls.set(`net/ipv4/conf/${device}/forwarding`, value);
  };

describe("planReleases", () => {
  const rows: readonly Row[] = [
    {
      name: "the last one that leaves restores the value from before",
      journal: { [ARP_IGNORE]: held("0", "1", web) },
      live: setArpIgnore("1"),
      steps: ["set net/ipv4/conf/eth1/arp_ignore from 1 to 0"],
      after: {},
    },
    {
      name: "the first of two leaves it as it is",
      journal: { [ARP_IGNORE]: held("0", "1", web, stranger) },
      live: setArpIgnore("1"),
      after: { [ARP_IGNORE]: held("0", "1", stranger) },
    },
    {
      name: "what is still wanted is kept",
      journal: { [ARP_IGNORE]: held("0", "1", web), [VIP]: held(null, "present", web) },
      live: addAddress("eth1"),
      parts: [sysctl("arp_ignore", "1")],
      steps: ["remove the address 192.0.2.80/32 dev eth1"],
      after: { [ARP_IGNORE]: held("0", "1", web) },
    },
    {
      name: "a sysctl that somebody else has changed since is left alone",
      journal: { [ARP_IGNORE]: held("0", "1", web) },
      live: setArpIgnore("2"),
      after: {},
    },
    {
      name: "a sysctl that is gone with its interface is left alone",
      journal: { "sysctl net/ipv4/conf/lvs4-0a00000b/rp_filter": held("0", "2", web) },
      after: {},
    },
    {
      name: "what is gone already is not removed",
      journal: { [VIP]: held(null, "present", web) },
      after: {},
    },
    {
      name: "an adopted virtual service is put back as it was",
      journal: {
        [SERVICE]: held("-A -t 192.0.2.80:80 -s rr\n", "-A -t 192.0.2.80:80 -s wlc\n", web),
      },
      live: addService("-A -t 192.0.2.80:80 -s wlc"),
      steps: ["change the scheduler of tcp 192.0.2.80:80 from wlc to rr"],
      after: {},
    },
    {
      name: "parts are taken away in the reverse order",
      journal: {
        "module ip_vs": held(null, "loaded", web),
        [ARP_IGNORE]: held("0", "1", web),
        [VIP]: held(null, "present", web),
      },
      live: (host) => {
        host.modules.add("ip_vs");
        setArpIgnore("1")(host);
        addAddress("eth1")(host);
      },
      steps: [
        "remove the address 192.0.2.80/32 dev eth1",
        "set net/ipv4/conf/eth1/arp_ignore from 1 to 0",
        "unload ip_vs if it is not in use",
      ],
      after: {},
    },
    {
      name: "a module goes before those that it needs, whichever was claimed first",
      journal: {
        "module ip_vs": held(null, "loaded", web),
        "module nf_conntrack": held(null, "loaded", web),
      },
      live: (host) => {
        host.modules.add("ip_vs").add("nf_conntrack");
        host.moduleNeeds.set("ip_vs", ["nf_conntrack"]);
      },
      steps: ["unload ip_vs if it is not in use", "unload nf_conntrack if it is not in use"],
      after: {},
    },
    {
      name: "a replacement that goes leaves the claim of the new one",
      journal: { [VIP]: held(null, "present", web, { ...web, id: "director1:2222 web" }) },
      live: addAddress("eth1"),
      after: { [VIP]: held(null, "present", { ...web, id: "director1:2222 web" }) },
    },
    {
      name: "a real server that its virtual service names by now stays",
      journal: {
        [SERVICE]: held(null, `${WLC}\n${WEB1}\n`, api),
        [REAL_SERVER]: held(null, WEB1, web),
      },
      live: addService(WLC, WEB1),
      after: { [SERVICE]: held(null, `${WLC}\n${WEB1}\n`, api) },
    },
    {
      name: "a real server that its virtual service leaves to others goes",
      journal: {
        [SERVICE]: held(null, `${WLC}\n${ANY}`, api),
        [REAL_SERVER]: held(null, WEB1, web),
      },
      live: addService(WLC, WEB1),
      steps: ["remove 192.0.2.11:80 from tcp 192.0.2.80:80"],
      after: { [SERVICE]: held(null, `${WLC}\n${ANY}`, api) },
    },
    {
      name: "real servers that others manage meanwhile stay when their virtual service was there before",
      journal: { [SERVICE]: held(`${RR}\n${WEB2}\n${ANY}`, `${WLC}\n${ANY}`, web) },
      live: addService(WLC, WEB1),
      steps: ["change the scheduler of tcp 192.0.2.80:80 from wlc to rr"],
      after: {},
    },
    {
      name: "forwarding of one interface stays when all forward meanwhile",
      journal: { [FORWARDING]: held("0", "1", web) },
      live: setForwarding({ all: "1", eth1: "1" }),
      after: {},
    },
    {
      name: "forwarding of one interface that was off by itself is off again",
      journal: { [FORWARDING]: held("0 by itself", "1", web) },
      live: setForwarding({ all: "1", eth1: "1" }),
      steps: ["set net/ipv4/conf/eth1/forwarding from 1 to 0"],
      after: {},
    },
    { name: "who has no claims has nothing to release", journal: { [VIP]: held(null, "x", api) } },
  ];
  it.each(rows)("$name", (row) => {
    const { parts = [], journal = {} } = row;
    const plan = planReleases(parts, web, journal, factsAfter(row.live));
    expect(plan.steps.map((step) => step.description)).toEqual(row.steps ?? []);
    expect(plan.journal).toEqual(row.after ?? journal);
  });

  it("refuses a journal with a part that this version does not know", () => {
    const journal = { "nftables table lvs": held(null, "present", web) };
    expect(() => planReleases([], web, journal, factsAfter())).toThrow(
      "the journal has a part that this version does not know: nftables table lvs",
    );
  });
});

describe("planSweep", () => {
  const sweep = (journal: Journal, live?: EarlierChange) => {
    const plan = planSweep(web, journal, factsAfter(live));
    return { steps: plan.steps.map((step) => step.description), journal: plan.journal };
  };

  it("releases all that a resource of its stack holds whose own thing is gone", () => {
    const journal = {
      [SERVICE]: held(null, "-A ...", api),
      [FORWARDING]: held("0", "1", api),
      [ARP_IGNORE]: held("0", "1", api, stranger),
    };
    expect(sweep(journal, setForwarding({ eth1: "1" }))).toEqual({
      steps: ["set net/ipv4/conf/eth1/forwarding from 1 to 0"],
      journal: { [ARP_IGNORE]: held("0", "1", stranger) },
    });
  });

  it.each([
    ["what another stack claims", { [VIP]: held(null, "present", api, stranger) }],
    ["what has to be restored", { [VIP]: held("present", "present", api) }],
    ["a sysctl", { [ARP_IGNORE]: held(null, "1", api) }],
  ])("keeps %s", (_, journal: Journal) => {
    expect(sweep(journal)).toEqual({ steps: [], journal });
  });

  it("keeps what is there", () => {
    const journal = { [VIP]: held(null, "present", api) };
    expect(sweep(journal, addAddress("eth1"))).toEqual({ steps: [], journal });
  });

  it("keeps a part that this version does not know", () => {
    const journal = { "nftables table lvs": held(null, "present", api) };
    expect(sweep(journal)).toEqual({ steps: [], journal });
  });
});

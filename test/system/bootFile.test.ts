import { describe, expect, it } from "vitest";
import { bootFile } from "../../provider/journal/boot";
import type { Entry } from "../../provider/journal/journal";
import { PART_ORDER } from "../../provider/values/part";

const entry = (value: string): Entry => ({ before: null, value, claims: [] });

describe("the file of a part", () => {
  const cases: [key: string, value: string, name: string, lines: string[]][] = [
    ["module ip_vs_wlc", "loaded", "10-module-ip_vs_wlc", ["make modprobe ip_vs_wlc"]],
    [
      "link lvs4-c000020b",
      "ipip local 192.0.2.11 up",
      "20-link-lvs4-c000020b",
      [
        "make ip link add lvs4-c000020b type ipip local 192.0.2.11 remote any",
        "make ip link set lvs4-c000020b up",
      ],
    ],
    [
      "sysctl net/ipv4/conf/eth1.5/arp_ignore",
      "1",
      "30-sysctl-net.ipv4.conf.eth1.5.arp_ignore",
      ["make sysctl -q -w 'net/ipv4/conf/eth1.5/arp_ignore=1'"],
    ],
    [
      "route ipv4 default table 1000123",
      "via 192.0.2.1 dev eth1",
      "40-route-ipv4_default_table_1000123",
      ["make ip -4 route replace default table 1000123 via 192.0.2.1 dev eth1"],
    ],
    [
      "rule ipv4 from 192.0.2.80 priority 30001",
      "lookup 1000123",
      "50-rule-ipv4_from_192.0.2.80_priority_30001",
      ["make ip -4 rule add from 192.0.2.80 priority 30001 lookup 1000123"],
    ],
    [
      "address 192.0.2.80/32 dev lo",
      "present",
      "80-address-192.0.2.80.32_dev_lo",
      ["make ip address add 192.0.2.80/32 dev lo"],
    ],
    [
      "address 192.0.2.80/32",
      "dev eth1",
      "80-address-192.0.2.80.32",
      [
        "is_up eth1 && is_served 192.0.2.80 C0000250 && make ip address add 192.0.2.80/32 dev eth1" +
          " && arping -q -U -c 1 -I eth1 192.0.2.80",
      ],
    ],
    [
      "address 2001:db8::80/128",
      "dev eth1",
      "80-address-2001-db8--80.128",
      [
        "is_up eth1 && is_served '[2001:db8::80]' '[2001:0db8:0000:0000:0000:0000:0000:0080]'" +
          " && make ip address add 2001:db8::80/128 dev eth1 preferred_lft 0",
      ],
    ],
    [
      "virtualService tcp [2001:db8::80]:80",
      "-A -t [2001:db8::80]:80 -s wlc\n-a -t [2001:db8::80]:80 -r [2001:db8::11]:80 -g -w 2 -x 0 -y 0\n",
      "60-virtualService-tcp_2001-db8--80-80",
      [
        "-A -t [2001:db8::80]:80 -s wlc",
        "-a -t [2001:db8::80]:80 -r [2001:db8::11]:80 -g -w 2 -x 0 -y 0",
      ],
    ],
    [
      "virtualService tcp 192.0.2.80:80",
      "-A -t 192.0.2.80:80 -s wlc\n# and any real servers\n",
      "60-virtualService-tcp_192.0.2.80-80",
      ["-A -t 192.0.2.80:80 -s wlc"],
    ],
    [
      "checkPath fwmark 1583441485 ipv4",
      "-A -f 1583441485 -s wlc\n-a -f 1583441485 -r 192.0.2.11:0 -g -w 1 -x 0 -y 0\n",
      "65-checkPath-fwmark_1583441485_ipv4",
      ["-A -f 1583441485 -s wlc", "-a -f 1583441485 -r 192.0.2.11:0 -g -w 1 -x 0 -y 0"],
    ],
    [
      "realServer tcp 192.0.2.80:80 -> 192.0.2.11:80",
      "-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 1 -x 0 -y 0",
      "70-realServer-tcp_192.0.2.80-80_-_192.0.2.11-80",
      ["-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 1 -x 0 -y 0"],
    ],
  ];

  it.each(cases)("holds the commands that make it: %s", (key, value, name, lines) => {
    const text = [`# ${key}`, ...lines].map((line) => `${line}\n`).join("");
    expect(bootFile(key, entry(value))).toEqual({ name, text });
  });

  it("has keepalived take a health check, and waits for what is tested", () => {
    const { name, text } = bootFile("healthCheck tcp 192.0.2.80:80", entry("virtual_server\n"));
    expect(name).toBe("90-healthCheck-tcp_192.0.2.80-80");
    expect(text).toContain("sh tcp-192.0.2.80-80.conf 'virtual_server\n'");
    expect(text).toMatch(/sh \/etc\/pulumi-lvs\/health "\$@"' sh [\s\S]* take$/m);
  });

  it("has keepalived take part in a virtual router last, where all VIPs have their virtual services", () => {
    const text = "vrrp_instance virtual_router_80 {\n        192.0.2.80/32 dev eth1\n}\n";
    const file = bootFile("failover vrid 80", entry(text));
    expect(file.name).toBe("95-failover-vrid_80");
    const makes = file.text.match(/^is_served 192.0.2.80 C0000250 && make sh -c /gm);
    expect(makes).toHaveLength(2);
    expect(file.text).toContain("systemctl reload-or-restart pulumi-lvs-failover.service");
  });

  it("is there for every type of part", () => {
    const types = new Set(["healthCheck", "failover", ...cases.map(([key]) => key.split(" ")[0])]);
    expect([...PART_ORDER].filter((type) => !types.has(type))).toEqual([]);
  });

  it("has no name that could be several words, whatever an interface is called", () => {
    const { name, text } = bootFile("sysctl net/ipv4/conf/a'$(id)*/arp_ignore", entry("1"));
    expect(name).toMatch(/^[\w.%-]+$/);
    expect(text).toContain(`make sysctl -q -w 'net/ipv4/conf/a'\\''$(id)*/arp_ignore=1'`);
  });
});

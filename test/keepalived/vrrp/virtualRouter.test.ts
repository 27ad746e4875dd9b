import { describe, expect, it } from "vitest";
import {
  renderVirtualRouter,
  type VirtualRouter,
  vipsOfFile,
} from "../../../provider/keepalived/vrrp/virtualRouter";

const router: VirtualRouter = {
  ...{ virtualRouterId: 80, device: "eth1", address: "192.0.2.2", peers: ["192.0.2.3"] },
  ...{ priority: 200, advertIntervalSeconds: 1, preemptDelaySeconds: 10, syncConnections: false },
  vips: [{ vip: "192.0.2.80", device: "eth1" }],
};
const onEth1 = (...vips: string[]) => vips.map((vip) => ({ vip, device: "eth1" }));

describe("renderVirtualRouter", () => {
  it("writes an instance of keepalived", () => {
    expect(renderVirtualRouter(router)).toBe(`# pulumi-lvs writes this file, and repairs it.
vrrp_instance virtual_router_80 {
    state BACKUP
    interface eth1
    virtual_router_id 80
    priority 200
    advert_int 1
    preempt_delay 10
    unicast_src_ip 192.0.2.2
    unicast_peer {
        192.0.2.3
    }
    virtual_ipaddress {
        192.0.2.80/32 dev eth1
    }
}
`);
  });

  it("advertises one VIP, so that the others can change on one director after the other", () => {
    const vips = [
      ...onEth1("2001:db8::80", "192.0.2.80", "192.0.2.9"),
      { vip: "198.51.100.80", device: "eth2" },
    ];
    expect(renderVirtualRouter({ ...router, vips })).toContain(`    virtual_ipaddress {
        192.0.2.80/32 dev eth1
    }
    virtual_ipaddress_excluded {
        192.0.2.9/32 dev eth1
        198.51.100.80/32 dev eth2
        2001:db8::80/128 dev eth1
    }
}
`);
  });

  it("is of version 3 over IPv6, with an advertised VIP of IPv6 and a group of IPv6", () => {
    const text = renderVirtualRouter({
      ...{ ...router, address: "2001:db8::2", peers: ["2001:db8::3"], syncConnections: true },
      vips: onEth1("192.0.2.80", "2001:db8::80"),
    });
    expect(text).toContain("lvs_sync_daemon eth1 virtual_router_80 id 80 group ff02::81\n");
    expect(text).toMatch(
      /virtual_router_id 80\n {4}version 3\n[\s\S]*virtual_ipaddress \{\n {8}2001:db8::80\/128/,
    );
  });

  it("goes by multicast, without peers", () => {
    const text = renderVirtualRouter({ ...router, multicast: true });
    expect(text).toContain(
      "    # peers 192.0.2.3\n    mcast_src_ip 192.0.2.2\n    virtual_ipaddress {",
    );
    expect(text).not.toContain("unicast");
  });

  it("says when VIPs are announced, and 0 too", () => {
    const garp = { delaySeconds: 0, repeat: 2, refreshSeconds: 60, refreshRepeat: 3 };
    expect(renderVirtualRouter({ ...router, garp })).toContain(`    garp_master_delay 0
    garp_master_repeat 2
    garp_master_refresh 60
    garp_master_refresh_repeat 3
    unicast_src_ip`);
  });

  it.each([
    [200, 100],
    [1, 1],
  ])("gives way without a quorum, from priority %i by half", (priority, less) => {
    const text = renderVirtualRouter({ ...router, priority, trackQuorum: true });
    expect(text).toContain(`global_defs {
    enable_script_security
}
vrrp_script quorum_80 {
    script "/bin/sh /etc/pulumi-lvs/failover quorum vrid-80.conf"
    interval 2
    timeout 10
    fall 2
    weight -${less}
    user root
}
vrrp_instance virtual_router_80 {`);
    expect(text).toContain("    track_script {\n        quorum_80\n    }\n");
    expect(vipsOfFile(text)).toEqual(["192.0.2.80"]);
  });

  it("has the master tell the backups of its connections", () => {
    const text = renderVirtualRouter({ ...router, syncConnections: true });
    expect(text).toMatch(
      /^#.*\nglobal_defs \{\n {4}lvs_sync_daemon eth1 virtual_router_80 id 80\n\}\nvrrp_instance virtual_router_80 \{/,
    );
  });

  it("lets a director that is back leave the VIPs where they are", () => {
    const text = renderVirtualRouter({ ...router, preemptDelaySeconds: undefined });
    expect(text).toContain("    nopreempt\n");
    expect(text).not.toContain("preempt_delay");
  });

  it("does not depend on the order of peers, or of VIPs that are not advertised", () => {
    const [one, other] = [
      ["192.0.2.80", "192.0.2.81", "192.0.2.82"],
      ["192.0.2.80", "192.0.2.82", "192.0.2.81"],
    ] as const;
    const peers = ["192.0.2.10", "192.0.2.9"];
    expect(renderVirtualRouter({ ...router, peers, vips: onEth1(...one) })).toBe(
      renderVirtualRouter({ ...router, peers: [...peers].reverse(), vips: onEth1(...other) }),
    );
  });
});

describe("vipsOfFile", () => {
  it("finds the VIPs of a file again, and nothing else", () => {
    const vips = ["192.0.2.80", "192.0.2.81", "2001:db8::80"];
    const text = renderVirtualRouter({ ...router, vips: onEth1(...vips) });
    expect(vipsOfFile(text)).toEqual(vips);
  });
});

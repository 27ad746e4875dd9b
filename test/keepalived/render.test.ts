import { describe, expect, it } from "vitest";
import type { HealthCheck } from "../../provider/keepalived/healthCheck";
import { renderHealthCheck } from "../../provider/keepalived/render";
import { aRealServer, aVirtualService } from "../support/builders";

const tcp: HealthCheck = {
  ...{ type: "tcp", intervalSeconds: 5, timeoutSeconds: 4 },
  ...{ retries: 2, delayBeforeRetrySeconds: 1 },
};
const linesOf = (check: HealthCheck, ...realServers: ReturnType<typeof aRealServer>[]) =>
  renderHealthCheck(aVirtualService({ realServers }), check)
    .split("\n")
    .map((line) => line.trim());

describe("renderHealthCheck", () => {
  it("says everything of a virtual service with one real server", () => {
    expect(renderHealthCheck(aVirtualService({ realServers: [aRealServer()] }), tcp)).toBe(
      `# pulumi-lvs writes this file, and repairs it.
virtual_server 192.0.2.80 80 {
    protocol TCP
    lvs_sched wlc
    delay_loop 5
    real_server 10.0.0.5 80 {
        weight 1
        lvs_method DR
        inhibit_on_failure
        alpha # -t 192.0.2.80:80 -r 10.0.0.5:80
        TCP_CHECK {
            connect_timeout 4
            retry 2
            delay_before_retry 1
            warmup 0
        }
    }
}
`,
    );
  });

  it("has all that keepalived sets of a virtual service when one of it changes", () => {
    const persistence = { seconds: 300, netmask: "255.255.255.0" };
    const config = { scheduler: "sh", schedulerFlags: ["sh-fallback", "sh-port"], persistence };
    const text = renderHealthCheck(
      aVirtualService({ ...config, realServers: [aRealServer()] }),
      tcp,
    );
    expect(text).toContain(`    lvs_sched sh
    sh-fallback
    sh-port
    persistence_timeout 300
    persistence_granularity 255.255.255.0
`);
  });

  it("has thresholds, which keepalived would reset otherwise", () => {
    const lines = linesOf(tcp, aRealServer({ upperThreshold: 9, lowerThreshold: 5 }));
    expect(lines).toEqual(expect.arrayContaining(["uthreshold 9", "lthreshold 5"]));
  });

  it.each([
    ["nat", "NAT"],
    ["tun", "TUN"],
  ] as const)("says %s in keepalived's word", (forwardingMethod, word) => {
    expect(linesOf(tcp, aRealServer({ forwardingMethod }))).toContain(`lvs_method ${word}`);
  });

  it("has keepalived run scripts that nobody but root can change", () => {
    const script = { ...tcp, type: "script", script: "/usr/bin/check" } as const;
    expect(linesOf(script, aRealServer()).slice(1, 4)).toEqual([
      ...["global_defs {", "enable_script_security", "}"],
    ]);
  });

  it("has the check of a real server of its own, and none of one that is not checked", () => {
    const own = { ...tcp, type: "script", script: "/usr/bin/check", intervalSeconds: 9 } as const;
    const rips = ["10.0.0.5", "10.0.0.6", "10.0.0.7"] as const;
    const text = renderHealthCheck(
      aVirtualService({ realServers: rips.map((rip) => aRealServer({ rip })) }),
      { ...tcp, realServers: { [`${rips[0]}:80`]: own, [`${rips[1]}:80`]: false } },
    );
    const [head, ...each] = text.split("real_server ");
    expect(head).toContain("enable_script_security");
    expect(each[0]).toMatch(/delay_loop 9\n.*alpha.*\n.*MISC_CHECK/);
    expect(each[1]).not.toMatch(/alpha|CHECK/);
    expect(each[2]).toMatch(/inhibit_on_failure\n.*alpha.*\n.*TCP_CHECK/);
  });

  it.each([
    ["as it is declared", [1, 3], ["quorum 3", "hysteresis 1"]],
    ["no higher than what drains leave", [0, 2], ["quorum 2", "hysteresis 1"]],
    ["at 1 where nothing is left", [0, 0], ["quorum 1", "hysteresis 0"]],
  ])("has the quorum %s", (_, weights, wanted) => {
    const realServers = weights.map((weight, index) =>
      aRealServer({ rip: `10.0.0.${index}`, weight }),
    );
    const lines = linesOf({ ...tcp, quorum: 3, hysteresis: 1 }, ...realServers);
    expect(lines.filter((line) => /^(quorum|hysteresis)/.test(line))).toEqual(wanted);
  });

  it("has the sorry server apart from the real servers", () => {
    const sorryServer = { rip: "10.0.0.9", port: 80, forwardingMethod: "nat" } as const;
    const row = aRealServer({ rip: "10.0.0.9", forwardingMethod: "nat" });
    const lines = linesOf({ ...tcp, sorryServer }, aRealServer(), row);
    expect(lines).toEqual(
      expect.arrayContaining([
        ...[
          "sorry_server 10.0.0.9 80",
          "sorry_server_lvs_method NAT",
          "sorry_server_inhibit # -t 192.0.2.80:80 -r 10.0.0.9:80",
        ],
      ]),
    );
    expect(lines.filter((line) => line.startsWith("real_server"))).toHaveLength(1);
  });
});

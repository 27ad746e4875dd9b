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

  it("asks for a page with its host, port and status", () => {
    const http = {
      ...tcp,
      type: "http",
      path: "/up",
      host: "shop",
      port: 8080,
      status: 204,
    } as const;
    const lines = linesOf(http, aRealServer());
    const start = lines.indexOf("HTTP_GET {");
    expect(lines.slice(start, start + 7)).toEqual([
      ...["HTTP_GET {", "url {", "path /up", "status_code 204", "virtualhost shop", "}"],
      "connect_port 8080",
    ]);
  });

  it("has the sorry server apart from the real servers", () => {
    const sorryServer = { rip: "10.0.0.9", port: 80, forwardingMethod: "nat" } as const;
    const row = aRealServer({ rip: "10.0.0.9", forwardingMethod: "nat" });
    const lines = linesOf({ ...tcp, sorryServer }, aRealServer(), row);
    expect(lines).toEqual(
      expect.arrayContaining([
        ...["sorry_server 10.0.0.9 80", "sorry_server_lvs_method NAT", "sorry_server_inhibit"],
      ]),
    );
    expect(lines.filter((line) => line.startsWith("real_server"))).toHaveLength(1);
  });
});

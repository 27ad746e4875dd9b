import { describe, expect, it } from "vitest";
import { checkerLines } from "../../provider/keepalived/checker";
import type { HealthCheck } from "../../provider/keepalived/healthCheck";

const key = { rip: "10.0.0.5", port: 80 };
const times = {
  ...{ intervalSeconds: 5, timeoutSeconds: 4, retries: 2, delayBeforeRetrySeconds: 1 },
};
const timesOf = ["retry 2", "delay_before_retry 1", "warmup 0", "}"];
const linesOf = (check: Pick<HealthCheck, "type"> & Partial<HealthCheck>) =>
  checkerLines({ ...times, ...check }, key).map((line) => line.trim());

describe("checkerLines", () => {
  it.each<[string, Pick<HealthCheck, "type"> & Partial<HealthCheck>, string[]]>([
    ["tcp", { type: "tcp", port: 81 }, ["TCP_CHECK {", "connect_port 81", "connect_timeout 4"]],
    [
      "another address",
      { type: "ping", address: "10.9.0.5" },
      ["PING_CHECK {", "connect_ip 10.9.0.5", "connect_timeout 4"],
    ],
    [
      "a page",
      { type: "http", path: "/up", host: "shop:8080", status: 204, port: 8080 },
      [
        ...["HTTP_GET {", "url {", "path /up", "status_code 204", "virtualhost shop:8080", "}"],
        ...["connect_port 8080", "connect_timeout 4"],
      ],
    ],
    [
      "a page over TLS, with the name of the host",
      { type: "https", host: "shop.example", status: "200-299 304" },
      [
        ...["SSL_GET {", "enable_sni", "url {", "path /", "status_code 200-299 304"],
        ...["virtualhost shop.example", "}", "connect_timeout 4"],
      ],
    ],
    [
      "a page by its digest and a text",
      { type: "https", digest: "9b3a0c85a887a256d6939da88aabd8cd", text: "up" },
      [
        ...["SSL_GET {", "url {", "path /", "digest 9b3a0c85a887a256d6939da88aabd8cd"],
        ...['regex "up"', "}", "connect_timeout 4"],
      ],
    ],
    [
      "a name",
      { type: "dns", queryName: "example.com", queryType: "A" },
      ["DNS_CHECK {", "name example.com", "type A", "connect_timeout 4"],
    ],
    [
      "a greeting",
      { type: "smtp", heloName: "lb.example" },
      ["SMTP_CHECK {", "helo_name lb.example", "connect_timeout 4"],
    ],
    [
      "a datagram and the first bytes of its reply",
      { type: "udp", payload: "0a1b", requireReply: "0axx" },
      ["UDP_CHECK {", "payload 0a1b", "require_reply 0axx", "connect_timeout 4"],
    ],
    [
      "any reply",
      { type: "udp", requireReply: true },
      ["UDP_CHECK {", "require_reply", "connect_timeout 4"],
    ],
    ["an echo", { type: "ping" }, ["PING_CHECK {", "connect_timeout 4"]],
    [
      "a script, which is told what to check",
      { type: "script", script: "/usr/bin/check", port: 8080 },
      ["MISC_CHECK {", 'misc_path "/usr/bin/check 10.0.0.5 8080"', "misc_timeout 4", "user root"],
    ],
    [
      "a script with another address",
      { type: "script", script: "/usr/bin/check", address: "10.9.0.5" },
      ["MISC_CHECK {", 'misc_path "/usr/bin/check 10.9.0.5 80"', "misc_timeout 4", "user root"],
    ],
  ])("says %s", (_, check, lines) => {
    expect(linesOf(check)).toEqual([...lines, ...timesOf]);
  });

  it.each([
    ["an address as its host", { host: "192.0.2.80" }],
    ["a host with a port", { host: "shop:8443" }],
    ["sni: false", { host: "shop.example", sni: false }],
  ])("sends no name over TLS with %s", (_, check) => {
    expect(linesOf({ type: "https", ...check })).not.toContain("enable_sni");
  });

  it("waits before the first check", () => {
    expect(linesOf({ type: "tcp", warmupSeconds: 30 })).toContain("warmup 30");
  });

  it("has a text that matches itself alone, whatever its characters mean to keepalived", () => {
    expect(linesOf({ type: "http", text: 'a.b "$1" {é' })).toContain(
      String.raw`regex "a\\\056b \\\042\\\0441\\\042 \\\173\303\251"`,
    );
  });
});

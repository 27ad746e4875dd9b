import { describe, expect, it } from "vitest";
import { checked, reasons } from "../support/checked";
import { unknown } from "../support/inputs";

const realServers = [{ rip: "192.0.2.11", forwardingMethod: "dr" }];
const sorryServer = { rip: "192.0.2.99", port: 80, forwardingMethod: "dr" };
const why = (healthCheck: unknown, more: object = {}) =>
  reasons("VirtualService", { realServers, healthCheck, ...more });

describe("healthCheck", () => {
  it("has keepalived's settings with defaults", () => {
    const { inputs, failures } = checked("VirtualService", {
      ...{ realServers, healthCheck: { type: "http" } },
    });
    expect(failures).toEqual([]);
    expect(inputs.healthCheck).toEqual({
      ...{ type: "http", intervalSeconds: 5, timeoutSeconds: 5, retries: 1 },
      ...{ delayBeforeRetrySeconds: 1, path: "/" },
    });
  });

  it("is answered unchanged when check reads its own answer", () => {
    const given = { realServers, healthCheck: { type: "tcp", sorryServer } };
    const { inputs } = checked("VirtualService", given);
    expect(checked("VirtualService", inputs)).toEqual({ inputs, failures: [] });
  });

  it("passes while it cannot be known yet", () => {
    expect(why(unknown)).toEqual([]);
    expect(why({ type: "http", path: unknown })).toEqual([]);
    expect(why({ type: "tcp", sorryServer: { ...sorryServer, rip: unknown } })).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["is no object", true, /give \{ type: "tcp" \}/],
    ["has a type that is not offered", { type: "telnet" }, /give \{ type: "tcp" \}/],
    ["has an interval of 0", { type: "tcp", intervalSeconds: 0 }, /intervalSeconds is 0/],
    ["has half a second", { type: "tcp", timeoutSeconds: 0.5 }, /timeoutSeconds is 0.5/],
    ["does not retry", { type: "tcp", retries: 0 }, /retries is 0/],
    ["has a path without a slash", { type: "http", path: "up" }, /path is "up"/],
    ["has a path that keepalived would misread", { type: "http", path: "/a b" }, /path is "\/a b"/],
    ["has a path with a comment", { type: "http", path: "/a#b" }, /path is "\/a#b"/],
    ["has a path with a variable", { type: "http", path: "/$a" }, /path is "\/\$a"/],
    ["has a host that keepalived would misread", { type: "http", host: "a}b" }, /host is "a}b"/],
    ["has a status that is none", { type: "http", status: 99 }, /status is 99/],
    ["has a path for tcp", { type: "tcp", path: "/" }, /path/],
    [
      "has a sorry server without an address",
      { type: "tcp", sorryServer: { ...sorryServer, rip: "sorry" } },
      /sorryServer.rip is "sorry"/,
    ],
    [
      "has a real server as its sorry server",
      { type: "tcp", sorryServer: { ...sorryServer, rip: "192.0.2.11" } },
      /among realServers too/,
    ],
    [
      "has a sorry server of another family",
      { type: "tcp", sorryServer: { ...sorryServer, rip: "2001:db8::99" } },
      /not of the family of vip/,
    ],
  ])("is refused when it %s", (_, healthCheck, reason) => {
    expect(why(healthCheck).join("\n")).toMatch(reason);
  });

  it.each<[string, object, RegExp]>([
    ["with slowStart", { slowStart: { seconds: 60 } }, /slowStart exclude each other/],
    ["for udp", { protocol: "udp" }, /protocol is udp/],
  ])("is refused %s", (_, more, reason) => {
    expect(why({ type: "tcp" }, more).join("\n")).toMatch(reason);
  });

  it("is refused without real servers, and in a group too", () => {
    const service = { vip: "192.0.2.80", port: 80, healthCheck: { type: "tcp" } };
    const [alone] = reasons("VirtualService", service);
    expect(alone).toMatch(/needs the real servers/);
    expect(reasons("VirtualServices", { services: [service] })).toEqual([`services.0: ${alone}`]);
  });
});

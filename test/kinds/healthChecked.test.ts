import { describe, expect, it } from "vitest";
import { checked, reasons } from "../support/checked";
import { unknown } from "../support/inputs";
import { aRandomCheckedService } from "../support/randomChecks";
import { randomFrom } from "../support/randomTables";

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

  it("is unchanged when check reads its own output", () => {
    const given = { realServers, healthCheck: { type: "tcp", sorryServer } };
    const { inputs } = checked("VirtualService", given);
    expect(checked("VirtualService", inputs)).toEqual({ inputs, failures: [] });
  });

  it("is accepted, and answered unchanged, whatever is drawn of what is offered", () => {
    const random = randomFrom(7);
    for (let count = 0; count < 200; count += 1) {
      const { args } = aRandomCheckedService(random, "192.0.2.80");
      const { inputs, failures } = checked("VirtualService", args);
      expect({ args, failures }).toEqual({ args, failures: [] });
      expect(checked("VirtualService", inputs)).toEqual({ inputs, failures: [] });
    }
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
    ["has a status of too much", { type: "http", status: 600 }, /status is 600/],
    ["has a range of statuses upside down", { type: "http", status: "299-200" }, /"299-200"/],
    ["has a status that keepalived would misread", { type: "http", status: "2xx" }, /"2xx"/],
    ["has a path for tcp", { type: "tcp", path: "/" }, /of type "tcp" has no path: leave it out/],
    ["has a server name without TLS", { type: "http", sni: true }, /of type "http" has no sni/],
    ["has a server name without a host", { type: "https", sni: true }, /give healthCheck.host/],
    [
      "has a server name that is an address",
      { type: "https", sni: true, host: "192.0.2.1" },
      /give healthCheck.host/,
    ],
    ["has a digest of too few digits", { type: "http", digest: "9b3a" }, /digest is "9b3a"/],
    ["has a text of two lines", { type: "http", text: "a\nb" }, /text is "a\\nb"/],
    ["has no text", { type: "http", text: "" }, /text is ""/],
    [
      "has a text that is too long",
      { type: "http", text: "é".repeat(51) },
      /longer than 100 bytes/,
    ],
    ["has a domain with an empty label", { type: "dns", queryName: "a..b" }, /queryName is "a..b"/],
    [
      "has a label that is too long",
      { type: "dns", queryName: `${"a".repeat(64)}.example` },
      /queryName/,
    ],
    ["asks for what keepalived does not know", { type: "dns", queryType: "PTR" }, /queryType is/],
    ["greets with two words", { type: "smtp", heloName: "a b" }, /heloName is "a b"/],
    ["sends half a byte", { type: "udp", payload: "0a1" }, /payload is "0a1"/],
    ["sends a last byte that keepalived misreads", { type: "udp", payload: "00fF" }, /"00fF"/],
    ["waits for one", { type: "udp", requireReply: "00ff" }, /requireReply is "00ff"/],
    ["waits for half a byte", { type: "udp", requireReply: "x" }, /requireReply is "x"/],
    ["has a port for ping", { type: "ping", port: 80 }, /of type "ping" has no port/],
    ["has no script", { type: "script" }, /healthCheck.script is undefined/],
    ["has a script with words", { type: "script", script: "/bin/a b" }, /script is "\/bin\/a b"/],
    ["has a script of no fixed place", { type: "script", script: "check" }, /script is "check"/],
    ["has a quorum of 0", { type: "tcp", quorum: 0 }, /quorum is 0/],
    [
      "has a quorum above all weights",
      { type: "tcp", quorum: 2 },
      /quorum is 2 with hysteresis 0, and all weights together are 1/,
    ],
    [
      "has a hysteresis as high as its quorum",
      { type: "tcp", hysteresis: 1 },
      /hysteresis is 1: use less than quorum, which is 1/,
    ],
    [
      "has a sorry server whose port cannot be reached",
      { type: "tcp", sorryServer: { ...sorryServer, port: 8080 } },
      /sorryServer.port is 8080, but "dr" cannot change the port: use 80/,
    ],
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
    ["for udp", { protocol: "udp" }, /checks tcp, and protocol is udp: give healthCheck.port/],
    ["on every port", { port: 0, persistenceSeconds: 300 }, /which port to check/],
    ["with a scheduler that keepalived does not know", { scheduler: "none" }, /scheduler "none"/],
    ["with an empty list", { realServers: [] }, /nothing to check/],
  ])("is refused %s", (_, more, reason) => {
    expect(why({ type: "tcp" }, more).join("\n")).toMatch(reason);
  });

  it.each<[string, object, object]>([
    ["tcp beside udp on a port of its own", { type: "tcp", port: 8080 }, { protocol: "udp" }],
    ["udp", { type: "udp", payload: "00" }, { protocol: "udp" }],
    ["dns over tcp too", { type: "dns" }, { port: 53 }],
    ["sctp by a ping", { type: "ping" }, { protocol: "sctp" }],
    ["every port by one", { type: "tcp", port: 80 }, { port: 0, persistenceSeconds: 300 }],
    ["every port by a ping", { type: "ping" }, { port: 0, persistenceSeconds: 300 }],
    [
      "a quorum as high as all weights",
      { type: "tcp", quorum: 3, hysteresis: 1 },
      { realServers: [{ ...realServers[0], weight: 4 }] },
    ],
    [
      "weights that are all 0",
      { type: "tcp" },
      { realServers: [{ ...realServers[0], weight: 0 }] },
    ],
    [
      "a quorum while a weight is not known",
      { type: "tcp", quorum: 9 },
      { realServers: [{ ...realServers[0], weight: unknown }] },
    ],
    [
      "a hysteresis while the quorum is not known",
      { type: "tcp", quorum: unknown, hysteresis: 2 },
      {},
    ],
    ["a server name while the host is not known", { type: "https", sni: true, host: unknown }, {}],
    [
      "a sorry server elsewhere by nat",
      {
        type: "tcp",
        sorryServer: { ...sorryServer, port: 8080, forwardingMethod: "nat" },
      },
      {},
    ],
  ])("checks %s", (_, healthCheck, more) => {
    expect(why(healthCheck, more)).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    [{ seconds: 0 }, /waitForHealthy.seconds is 0/],
    [30, /waitForHealthy is 30: use \{ seconds: 60 \}/],
    [{ seconds: 30, minutes: 1 }, /use \{ seconds: 60 \}/],
  ])("is not waited for like this: %j", (waitForHealthy, reason) => {
    expect(why({ type: "tcp" }, { waitForHealthy }).join("\n")).toMatch(reason);
  });

  it("is there when it is waited for", () => {
    const waitForHealthy = { seconds: 30 };
    const [reason] = reasons("VirtualService", { realServers, waitForHealthy });
    expect(reason).toMatch(/waitForHealthy needs a health check/);
    expect(why(unknown, { waitForHealthy })).toEqual([]);
  });

  it.each<[string, object | false, RegExp]>([
    ["as one that is not offered", { type: "telnet" }, /give false, \{ type: "tcp" \}/],
    [
      "with the quorum of all",
      { type: "tcp", quorum: 2 },
      /has no quorum: they are of all real servers together/,
    ],
    ["with no address", { type: "tcp", address: "web1" }, /healthCheck.address is "web1"/],
    ["without a name to send", { type: "https", sni: true }, /realServers 192.0.2.11:80: .*sni/],
  ])("of a real server is refused %s", (_, own, reason) => {
    const more = { realServers: [{ ...realServers[0], healthCheck: own }] };
    expect(why({ type: "tcp" }, more).join("\n")).toMatch(reason);
  });

  it("of a real server takes the place of one of the virtual service, which leaves something to check", () => {
    const own = (healthCheck: unknown) => ({ realServers: [{ ...realServers[0], healthCheck }] });
    expect(why({ type: "tcp" }, own(false)).join("\n")).toMatch(/every real server has/);
    expect(reasons("VirtualService", own({ type: "tcp" })).join("\n")).toMatch(
      /realServers 192.0.2.11:80: .* takes the place of the one of the virtual service, which has none/,
    );
    expect(reasons("VirtualService", own(false))).toEqual([]);
    expect(why({ type: "tcp" }, own(unknown))).toEqual([]);
    expect(why({ type: "tcp" }, own({ type: "tcp", address: unknown }))).toEqual([]);
  });

  it("has an address only where it is that of one real server", () => {
    expect(why({ type: "tcp", address: "10.9.0.11" }).join("\n")).toMatch(
      /has no address: it would be one for all real servers/,
    );
    const own = { type: "http", address: "2001:DB8::11" };
    const { inputs } = checked("VirtualService", {
      healthCheck: { type: "tcp" },
      realServers: [{ ...realServers[0], healthCheck: own }],
    });
    expect(inputs.realServers).toMatchObject({
      "192.0.2.11:80": { healthCheck: { type: "http", path: "/", address: "2001:db8::11" } },
    });
    expect(checked("VirtualService", inputs)).toEqual({ inputs, failures: [] });
  });

  it("is refused for a RealServer, and says where to declare it", () => {
    expect(reasons("RealServer", { healthCheck: { type: "tcp" } }).join("\n")).toMatch(
      /declare this one in the realServers of its VirtualService/,
    );
  });

  it("is refused without real servers, and in a group too", () => {
    const service = { vip: "192.0.2.80", port: 80, healthCheck: { type: "tcp" } };
    const [alone] = reasons("VirtualService", service);
    expect(alone).toMatch(/needs the real servers/);
    expect(reasons("VirtualServices", { services: [service] })).toEqual([`services.0: ${alone}`]);
  });
});

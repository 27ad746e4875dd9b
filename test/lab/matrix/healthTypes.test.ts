import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthCheck } from "../../../provider/keepalived/healthCheck";
import { renderHealthCheck } from "../../../provider/keepalived/render";
import { wholeCheck } from "../../../provider/kinds/healthChecked";
import { checked } from "../../support/checked";
import { aRandomCheckedService } from "../../support/randomChecks";
import { randomFrom } from "../../support/randomTables";
import { waitUntil } from "../run";
import { CheckedHost, put } from "../stories/support/checkedHost";
import { type ClusterDescription, Clusters, succeeded } from "../stories/support/clusters";

const SCRIPT = "/usr/local/sbin/check-shop";
const TEXT = 'all of "it" is $up {now}';

/** A check of each type, by names; each is of a virtual service of its own. */
const checks = {
  tcp: { type: "tcp", port: 7001 },
  status: { type: "http", port: 7002, path: "/status" },
  text: { type: "http", port: 7002, path: "/text", text: TEXT },
  late: { type: "http", port: 7002, path: "/late" },
  https: { type: "https", port: 7006, path: "/text", text: TEXT, host: "shop.example" },
  smtp: { type: "smtp", port: 7003 },
  dns: { type: "dns", port: 7004, queryName: "shop.example", queryType: "A" },
  udp: { type: "udp", port: 7005, payload: "0a1b", requireReply: "0axC" },
  ping: { type: "ping" },
  through: { type: "tcp", port: 7001, through: "vip" },
  throughPage: { type: "http", port: 7002, path: "/text", text: TEXT, through: "vip" },
  script: { type: "script", script: SCRIPT, port: 7001 },
} as const;
type Name = keyof typeof checks;
const names = Object.keys(checks) as Name[];
const times = { intervalSeconds: 2, timeoutSeconds: 4 };
const portOf = (name: Name) => 1001 + names.indexOf(name);
const services = names.map((name) => ({
  port: portOf(name),
  healthCheck: { ...checks[name], ...times },
}));
const cluster: ClusterDescription = {
  vips: ["192.0.2.80", "2001:db8:0:1::80"],
  forwardingMethod: "dr",
  directors: [{ connection: "director1", name: "director1" }],
  services,
  realServers: [{ name: "web1", rip: ["192.0.2.11", "2001:db8:0:1::11"] }],
  groupServices: true,
};
/** What has to be up: of each check, over IPv4 and IPv6. */
const both = (...up: readonly Name[]) =>
  up.flatMap((name) => [`${name} ipv4`, `${name} ipv6`]).sort();

describe("each type of health check", () => {
  let story: Clusters;
  let web1: CheckedHost;
  const director = (line: string) => story.lab.host("director1").mustRun(line);
  const up = async () => {
    const rows = (await director("ipvsadm -Sn")).matchAll(/^-a -t (\S+):(\d+) .* -w [1-9]/gm);
    const nameOf = (port: string) => names[Number(port) - 1001] ?? port;
    return [...rows]
      .map(([, vip = "", port = ""]) => `${nameOf(port)} ${vip.startsWith("[") ? "ipv6" : "ipv4"}`)
      .sort();
  };
  const areUp = (wanted: readonly string[]) =>
    waitUntil(
      `up are ${wanted.join(", ") || "none"}`,
      async () => JSON.stringify(await up()) === JSON.stringify(wanted),
      90_000,
      500,
    ).catch(async (error) => {
      const log = "journalctl -u pulumi-lvs-health --no-pager -o cat | tail -60";
      throw new Error(`${error}\nup: ${(await up()).join(", ")}\n${await director(log)}`);
    });

  beforeAll(async () => {
    // The director lives three days later: the certificate has expired.
    story = await Clusters.begin({
      hosts: ["director1", "web1"],
      before: {
        director1: 'date -s "3 days" >/dev/null',
        web1: `sysctl -qw net.ipv4.conf.eth1.arp_ignore=1 net.ipv4.conf.eth1.arp_announce=2
ip address add 192.0.2.80/32 dev lo; ip address add 2001:db8:0:1::80/128 dev lo`,
      },
    });
    await put(
      story.lab.host("director1"),
      SCRIPT,
      `#!/bin/sh\necho "$*" >>/run/asked\n[ ! -e /run/wrong ]\n`,
    );
    web1 = await CheckedHost.begin(story.lab.host("web1"));
  });
  afterAll(async () => story?.end());

  it("needs a script that can be executed", async () => {
    const onlyScript = { ...cluster, vips: ["192.0.2.80"], services: services.slice(-1) };
    await story.stack.config({ cluster: onlyScript });
    const { exitCode, stdout, stderr } = await story.stack.up();
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain(`there is no executable file ${SCRIPT} on this host`);
    expect(await director("ipvsadm -Sn")).toBe("");
    await director(`chmod 755 ${SCRIPT}`);
  });

  it("finds what answers, over IPv4 and IPv6, also with a certificate that has expired", async () => {
    await story.up({ ...cluster, waitForHealthy: { seconds: 120 } });
    expect(await up()).toEqual(both(...names));
    const asked = [...new Set((await director("cat /run/asked")).split("\n"))].sort();
    expect(asked).toEqual(["", "192.0.2.11 7001", "2001:db8:0:1::11 7001"]);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("finds what answers wrongly or too late", async () => {
    await web1.answerWrongly();
    await areUp(both("tcp", "ping", "script", "through"));
    await web1.answer();
    await areUp(both(...names));
  });

  it("finds a real server that has lost a VIP, where it checks through the VIP", async () => {
    const through = names.filter((name) => name.startsWith("through"));
    const others = names.filter((name) => !through.includes(name));
    const onLo = (word: "add" | "del") =>
      story.lab.host("web1").mustRun(`ip address ${word} 192.0.2.80/32 dev lo`);
    await onLo("del");
    await areUp([...both(...others), ...through.map((name) => `${name} ipv6`)].sort());
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await onLo("add");
    await areUp(both(...names));
  });

  it("shows a way of a check that somebody took, and takes it again", async () => {
    const [mark = ""] = /-f (\d+) -s/.exec(await director("ipvsadm -Sn"))?.slice(1) ?? [];
    await director(`ipvsadm -D -f ${mark}; sysctl -q net.ipv4.conf.eth1.accept_local=0`);
    await succeeded(story.stack.refresh());
    expect(await succeeded(story.stack.preview())).toMatch(/\+ healthCheck/);
    await succeeded(story.stack.up());
    expect(await director("ipvsadm -Sn; sysctl net.ipv4.conf.eth1.accept_local")).toMatch(
      new RegExp(`-f ${mark} -s.* = 1\n$`, "s"),
    );
    await areUp(both(...names));
  });

  it("finds what does not answer", async () => {
    await web1.fallSilent();
    await director("touch /run/wrong");
    await areUp([]);
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await director("rm /run/wrong");
    await web1.answer();
    await areUp(both(...names));
  });

  it("leaves its virtual service to the sorry server from the start where the quorum is not there", async () => {
    const sorryServer = { rip: "192.0.2.13", port: 1001, forwardingMethod: "dr" };
    const quorumOf = (quorum: number): ClusterDescription => ({
      ...{ ...cluster, vips: ["192.0.2.80"] },
      services: [{ port: 1001, healthCheck: { ...checks.tcp, ...times, quorum, sorryServer } }],
      realServers: [
        { name: "web1", rip: "192.0.2.11", weight: 2 },
        { name: "web2", rip: "192.0.2.12" },
      ],
    });
    const weights = async () => {
      const rows = (await director("ipvsadm -Sn")).matchAll(/-r \S+\.(\d+):1001 -g -w (\d)/g);
      return [...rows].map(([, host, weight]) => `${host} ${weight}`).sort();
    };
    const have = (...wanted: string[]) =>
      waitUntil(
        `the weights are ${wanted}`,
        async () => String(await weights()) === String(wanted),
        60_000,
        500,
      ).catch(async (error) => {
        throw new Error(`${error}: ${await weights()}`);
      });
    await story.up(quorumOf(3));
    await have("11 0", "12 0", "13 1");
    await story.up(quorumOf(2));
    await have("11 2", "12 0", "13 0");
    await director("systemctl restart pulumi-lvs-health");
    await have("11 2", "12 0", "13 0");
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("is accepted by keepalived, whatever is drawn of what preview accepts", async () => {
    const random = randomFrom(3);
    const texts = Array.from({ length: 200 }, (_, number) => {
      const vip = number % 2 ? `192.0.${number >> 8}.${number % 256}` : `2001:db8::1:${number}`;
      const { args, service } = aRandomCheckedService(random, vip);
      const { inputs, failures } = checked("VirtualService", args);
      expect(failures).toEqual([]);
      return renderHealthCheck(service, wholeCheck(inputs) as HealthCheck);
    });
    // As the director tests it.
    const text = texts.join("").replaceAll(/^( *weight) 0$/gm, "$1 1");
    await put(story.lab.host("director1"), "/run/drawn.conf", text);
    expect(await director("keepalived -t -f /run/drawn.conf 2>&1")).toBe("");
  });

  it("leaves nothing behind", async () => {
    await succeeded(story.stack.destroy());
    const ours =
      "ls -d /etc/pulumi-lvs /run/pulumi-lvs* /etc/systemd/system/pulumi-lvs* 2>/dev/null || :";
    const local = "sysctl -n net.ipv4.conf.eth1.accept_local";
    expect(await director(`${ours}; ipvsadm -Sn; ${local}`)).toBe("0\n");
  });
});

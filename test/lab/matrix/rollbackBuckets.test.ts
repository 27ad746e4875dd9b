import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type S3Server, startS3Server } from "../../stack/s3Server";
import type { Stack } from "../../stack/stack";
import { Baselines } from "../stories/support/baselines";
import { Clusters, succeeded } from "../stories/support/clusters";
import { lvs } from "../stories/support/command";
import { watched } from "../stories/support/watch";
import { connections } from "../traffic";

const HOSTS = ["director1", "web1"];
const MARKER = "MARKER-of-the-password-of-a-machine";

const service = (vip: string, port: number, weight: number) => ({
  ...{ protocol: "tcp", vip, port, scheduler: "wrr" },
  realServers: [{ rip: "192.0.2.11", forwardingMethod: "dr", weight }],
});

const first = {
  machine: "1",
  vips: { vip: { address: "192.0.2.80" } },
  services: { http: { args: service("192.0.2.80", 80, 1) } },
};

/** The VIP and the service have other names, and there is a second one of each. */
const second = {
  machine: "2",
  vips: { address: { address: "192.0.2.80", was: "vip" }, more: { address: "192.0.2.82" } },
  services: {
    web: { args: service("192.0.2.80", 80, 3), was: "http" },
    more: { args: service("192.0.2.82", 8080, 1) },
  },
};

const another = {
  machine: "1",
  vips: { vip: { address: "192.0.2.81" } },
  services: { http: { args: service("192.0.2.81", 80, 7) } },
};

/** The program is an ES module in a directory below Pulumi.yaml, and the backend a bucket, compressed with zstd. */
describe("two stacks on one director, whose histories are in a bucket", () => {
  let server: S3Server;
  let story: Clusters;
  let stack: Stack;
  let other: Stack;
  const moments: Baselines[] = [];

  beforeAll(async () => {
    server = await startS3Server();
    story = await Clusters.begin({
      ...{ hosts: HOSTS, program: "test/lab/programs/rollback" },
      backend: server.backend("team/a"),
      env: { ...server.env, PULUMI_DIY_BACKEND_ZSTD: "true" },
      before: {
        web1: "sysctl -qw net.ipv4.conf.eth1.arp_ignore=1 net.ipv4.conf.eth1.arp_announce=2; ip address add 192.0.2.80/32 dev lo",
      },
    });
    stack = story.stack;
    other = await story.sibling("other");
    for (const each of [stack, other])
      await each.config({}, { machinePassword: MARKER, region: "eu-west-1" });
    await other.config(another);
    await succeeded(other.up());
    for (const described of [first, second]) {
      await stack.config(described);
      await succeeded(stack.up());
      moments.push(await Baselines.take(story.lab, HOSTS));
    }
  });
  afterAll(async () => {
    await story?.end();
    server?.stop();
  });

  const run = async (exitCode: number, ...args: string[]) => {
    const ended = await lvs(stack, args, "src");
    const said = `${ended.stdout}\n${ended.stderr}`;
    expect(ended.exitCode, said).toBe(exitCode);
    expect(said).not.toContain(MARKER);
    return ended.stdout;
  };
  /** What a host has that it had not at an update. The journal is a log: it goes on, and says the same. */
  const differencesFrom = async (number: number) => {
    const differences = (await moments[number - 1]?.differences()) ?? ["no such update"];
    return differences.filter((line) => !line.includes(" /var/lib/pulumi-lvs/journal.jsonl:"));
  };
  const exported = async () => (await stack.must("stack", "export")).stdout;
  const stateOf = async (name: string) =>
    JSON.parse(await exported()).deployment.resources.find(
      ({ urn }: { urn: string }) => urn.split("::").at(-1) === name,
    );
  const table = () => story.lab.host("director1").mustRun("ipvsadm -Sn");
  const isOthersAsItWas = async () => {
    expect(await table()).toContain("-a -t 192.0.2.81:80 -r 192.0.2.11:80 -g -w 7");
    await succeeded(other.refresh("--expect-no-changes"));
  };

  it("have separate histories and differences", async () => {
    const updates = JSON.parse(await run(0, "history", "--json"));
    const director = updates[0].changes[0].split(" ")[0];
    expect(updates.map(({ changes }: { changes: string[] }) => changes)).toEqual([
      [
        `${director} tcp 192.0.2.80:80: weight of 192.0.2.11:80 1 -> 3`,
        `${director} tcp 192.0.2.82:8080: added; added 192.0.2.11:8080 (dr, weight 1)`,
        `${director} vip 192.0.2.82: added`,
      ],
      [
        `${director} director: added`,
        `${director} tcp 192.0.2.80:80: added; added 192.0.2.11:80 (dr, weight 1)`,
        `${director} vip 192.0.2.80: added`,
      ],
    ]);
    expect(await run(1, "diff", "1")).toContain("+     192.0.2.11:80  dr, weight 3\n");
  });

  it("renames resources back without a failed request", async () => {
    let said = "";
    await watched(story.lab, "192.0.2.80", async () => {
      said = await run(0, "rollback", "1", "--yes");
    });
    expect(said).not.toContain("warning:");
    expect(said).toMatch(/lvs:VirtualIp vip updated/);
    expect(said).not.toMatch(/lvs:\w+ (vip|http|address|web) .*(creat|delet|replac)/);
    expect(await differencesFrom(1)).toEqual([]);
    expect(await stateOf("http")).toBeDefined();
    expect(await stateOf("web")).toBeUndefined();
  });

  it("keep a machine with another provider unchanged, and depend on it", async () => {
    const [machine, provider] = [await stateOf("machine"), await stateOf("mine")];
    expect(machine).toMatchObject({
      inputs: { size: "2" },
      provider: `${provider.urn}::${provider.id}`,
    });
    expect((await stateOf("director1")).dependencies).toEqual([machine.urn]);
    expect(JSON.stringify(provider.inputs.region)).toContain("ciphertext");
    expect(await exported()).not.toContain(MARKER);
  });

  it("are as the program declares after the next ordinary update", async () => {
    const said = await succeeded(stack.up());
    expect(said).not.toMatch(/lvs:\w+ (vip|http|address|web) .*(creat|delet|replac)/);
    expect(await differencesFrom(2)).toEqual([]);
  });

  it("keep a resource that is protected now, and the output says so", async () => {
    const { urn } = await stateOf("more");
    await stack.must("state", "protect", urn, "--yes");
    const ended = await lvs(stack, ["rollback", "1", "--yes"]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout + ended.stderr).toMatch(
      /::more" cannot be deleted\s+because it is protected/,
    );
    expect(ended.stderr).toContain("pulumi-lvs: the preview failed: Pulumi says why above\n");
    expect(await differencesFrom(2)).toEqual([]);
    await stack.must("state", "unprotect", urn, "--yes");
  });

  it("can be rolled back for one VIP or one director", async () => {
    const { host, port } = story.lab.connection("director1");
    const shown = await run(0, "rollback", "1", "--preview", "--target", `${host}:${port}`);
    expect(shown).toMatch(/weight *: 3 => 1/);
    await run(0, "rollback", "1", "--yes", "--target", "192.0.2.82");
    expect(await table()).not.toContain("192.0.2.82");
    expect(await table()).toContain("-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 3");
  });

  it("can be rolled back to before a stack was renamed", async () => {
    stack = await stack.renamed("prod");
    await run(0, "rollback", "1", "--yes");
    expect(await differencesFrom(1)).toEqual([]);
    expect(await connections(story.lab, "192.0.2.80", 80, 2)).toEqual({ web1: 2 });
    await isOthersAsItWas();
  });

  it("can be destroyed", async () => {
    await succeeded(stack.destroy());
    await succeeded(other.destroy());
    expect(await story.differences()).toEqual([]);
  });
});

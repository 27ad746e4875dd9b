import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../baseline";
import { Clusters, realServer, succeeded } from "../stories/support/clusters";
import { isBack, liveOn } from "../stories/support/live";
import { connections, watchArp } from "../traffic";

const VIP = "192.0.2.80";
const MADE = { web1: { kind: "Bridge", name: "br1" }, web2: { kind: "Bond", name: "bond1" } };
const WEBS = Object.keys(MADE) as (keyof typeof MADE)[];

/** systemd-networkd makes an interface out of eth1, which has the address of the host from then on. */
function made(web: keyof typeof MADE): string {
  const { kind, name } = MADE[web];
  const address = realServer(web).rip;
  return `cd /etc/systemd/network
printf '[NetDev]\\nName=${name}\\nKind=${kind.toLowerCase()}\\n' > 05-made.netdev
printf '[Match]\\nName=eth1\\n[Network]\\n${kind}=${name}\\n' > 05-eth1.network
printf '[Match]\\nName=${name}\\n[Network]\\nIPv6AcceptRA=no\\nAddress=${address}/24\\n' > 05-made.network
systemctl restart systemd-networkd
for n in $(seq 100); do ip -o -4 address show ${name} | grep -q inet && exit; sleep 0.2; done; exit 1`;
}

describe("real servers whose interface is one that a network manager makes late", () => {
  let story: Clusters;
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", ...WEBS],
      managers: Object.fromEntries(WEBS.map((web) => [web, "networkd"])),
      before: Object.fromEntries(WEBS.map((web) => [web, made(web)])),
    });
    await story.up({
      vips: [VIP],
      forwardingMethod: "dr",
      directors: [{ connection: "director1" }],
      services: [{ port: 80, scheduler: "rr" }],
      realServers: WEBS.map((web) => realServer(web)),
    });
    const looks = WEBS.map(async (web) => [web, await liveOn(story.lab, web, VIP)] as const);
    before = new Map(await Promise.all(looks));
  });
  afterAll(async () => story?.end());

  it("hide the VIP on it, and on its port", () => {
    for (const web of WEBS) expect(before.get(web)).toContain(`${MADE[web].name}/arp_ignore:1`);
    for (const web of WEBS) expect(before.get(web)).toContain("eth1/arp_ignore:1");
  });

  it.each([
    [
      "was removed and made again",
      async (web: keyof typeof MADE) =>
        story.lab
          .host(web)
          .mustRun(`ip link delete ${MADE[web].name}; systemctl restart systemd-networkd`),
    ],
    ["is made at boot", async (web: keyof typeof MADE) => story.lab.host(web).reboot()],
  ])("have everything again where it %s, and never answer for the VIP", async (what, happens) => {
    const arp = await watchArp(story.lab, VIP);
    await Promise.all(WEBS.map<Promise<unknown>>(happens));
    await isBack(story.lab, VIP, before, what);
    expect(await connections(story.lab, VIP, 80, 4)).toEqual({ web1: 2, web2: 2 });
    expect(Object.keys(await arp.stop())).toEqual(["director1"]);
    await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
  });

  it("leave nothing behind", async () => {
    await succeeded(story.stack.destroy());
    // The timers of a bridge are in what the kernel shows of its links.
    const isSame = (line: string) => isBooting(line) || line.includes(": link ");
    expect((await story.differences()).filter((line) => !isSame(line))).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { d1, dr, type Mistake, mistakes, piece } from "./support/badPieces";
import { conflicts } from "./support/badProgram";
import { of, type Piece, PROGRAM, said, virtualIp, virtualService } from "./support/pieces";

const d2 = { host: "director2.invalid" };
const cluster = (name: string, more: Piece["args"]) =>
  piece("Cluster", name, {
    ...{ vips: ["192.0.2.83"], forwardingMethod: "dr", directors: [{ connection: d1 }] },
    ...{ services: [], realServers: [], ...more },
  });

const others: readonly Mistake[] = [
  {
    title: "names, types and values together",
    pieces: [
      virtualService(d1, {
        ...{ port: "80", schedular: "rr", scheduler: "wlx" },
        realServers: ["192.0.2.11", dr("192.0.2.12", { wieght: 2, weight: 70000 })],
      }),
    ],
    messages: [
      "schedular is not an argument here: use director, ",
      'port is "80": give a port from 0 (every port) to 65535',
      'scheduler is "wlx": use "rr", "wrr"',
      'realServers.0: a real server is "192.0.2.11"',
      "realServers.1: wieght is not an argument of a real server",
      "realServers 1: weight is 70000: use a whole number from 0 to 65535",
    ],
  },
  {
    title: "one VIP on two directors, and one host by two spellings",
    pieces: [
      virtualIp(d1, "192.0.2.80", "one"),
      virtualIp(d2, "192.0.2.80", "two"),
      virtualIp({ host: { $later: d2.host } }, "192.0.2.80", "three"),
      piece("Director", "upper", { connection: { host: "Web1.Invalid" } }),
      piece("Director", "lower", { connection: { host: "web1.invalid" } }),
    ],
    messages: [
      '"one" and "two" both declare the VIP 192.0.2.80, on director1.invalid and on director2.invalid: declare the address in one of them only, since two directors would both answer ARP for it',
      '"one" and "three" both declare the VIP 192.0.2.80: declare the address in one of them only',
      '"upper" and "lower" both declare the director on web1.invalid: declare it in one of them only',
    ],
  },
  {
    title: "what a Cluster cannot take",
    pieces: [
      cluster("service", { services: [{ port: 80 }, { port: 80 }] }),
      cluster("real", { realServers: [{ rip: "192.0.2.11" }, { rip: "192.0.2.11" }] }),
      cluster("director", { directors: [{ connection: d1 }, { connection: d1 }] }),
      cluster("dip", { dip: "10.0.0.1" }),
      cluster("family", {
        ...{ forwardingMethod: "nat", dip: "2001:db8::1" },
        realServers: [{ rip: "10.0.0.11" }],
      }),
      cluster("misspelt", { dips: [], realServers: [{ rip: "192.0.2.11", wieght: 2 }] }),
      cluster("later", { realServers: [{ rip: { $later: "192.0.2.11" }, connection: d1 }] }),
      cluster("stranger", { services: [{ port: 80, realServers: ["web9"] }] }),
      cluster("vips", { vips: { $later: ["192.0.2.80"] } }),
    ],
    messages: [
      "services: tcp port 80 of the VIP 192.0.2.83 is there twice: name each service of a VIP once",
      "realServers: the rip 192.0.2.11 is there twice: name each real server once",
      "directors: director1.invalid is there twice: name each director once, or give each a name of its own",
      'dip is 10.0.0.1, but "dr" has no use for it, since replies do not pass the director: leave it out',
      "dip: 2001:db8::1 is ipv6, and no real server has an ipv6 rip: add one, or leave it out",
      "dips is not an argument of a Cluster: use vips, forwardingMethod, directors, services, realServers, failover, anycast, dip",
      "realServers.0: wieght is not an argument of a real server: use rip, connection, ",
      'realServers.0.rip is an output, which cannot name resources: give the real server a name, as in name: "web1"',
      "vips is an output, which cannot choose or name resources: give a list of addresses",
      "services: web9 is not one of the cluster's realServers: add it there, or leave it out",
    ],
  },
];

// The hosts of these programs do not exist: a preview that asked one of them could not end.
describe("bad input", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.create({ program: PROGRAM });
  });
  afterAll(() => stack?.remove());

  it.each([...mistakes, conflicts, ...others])(
    "is refused at preview, with a message that says what to do: $title",
    async ({ pieces, messages }) => {
      const run = await stack.preview(...of(...pieces));
      expect(run.exitCode).not.toBe(0);
      for (const message of messages) expect(said(run)).toContain(message);
      expect(said(run)).not.toMatch(/invalid input|undefined|unrecognized/i);
    },
  );
});

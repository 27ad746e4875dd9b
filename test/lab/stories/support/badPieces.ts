import { director, type Piece, virtualService } from "./pieces";

/** A program that cannot be carried out, and what a person is told before anything is touched. */
export interface Mistake {
  readonly title: string;
  readonly pieces: readonly Piece[];
  readonly messages: readonly string[];
}

export const d1 = { host: "director1.invalid" };
export const web = { host: "web1.invalid" };
const AN_ADDRESS = "give the address of one machine, such as 192.0.2.80";

export const dr = (rip: string, more = {}) => ({ rip, forwardingMethod: "dr", ...more });
export const piece = (kind: string, name: string, args: Piece["args"]): Piece => ({
  kind,
  name,
  args,
});
const bare = (name: string) => virtualService(d1, {}, name);

/** Mistakes that check finds, whose messages reach Pulumi as those of `mistakes` do. */
export const checkMistakes: readonly Mistake[] = [
  {
    title: "a virtual service",
    pieces: [
      virtualService(d1, { protocol: "icmp", vip: "192.0.2.8O", port: 0, scheduler: "wlx" }),
    ],
    messages: [
      'protocol is "icmp": use "tcp", "udp" or "sctp"',
      `vip is "192.0.2.8O", which is not an IPv4 or IPv6 address: ${AN_ADDRESS}`,
      "port is 0, which is every port, and needs persistence: set persistenceSeconds, or give one port",
      'scheduler is "wlx": use "rr", "wrr", "lc", "wlc"',
    ],
  },
  {
    title: "flags, persistence and real servers",
    pieces: [
      virtualService(d1, {
        port: 8000,
        schedulerFlags: ["sh-port", "flagg"],
        persistenceSeconds: 0,
        persistenceNetmask: "64",
        realServers: [
          dr("192.0.2.11", { weight: 70000 }),
          dr("192.0.2.12", { weight: -1, upperThreshold: 5, lowerThreshold: 6 }),
          dr("192.0.2.13", { port: 8080 }),
          dr("192.0.2.14", { port: 8080, forwardingMethod: "tun" }),
          dr("192.0.2.15", { upperThreshold: -1 }),
          dr("2001:db8::1"),
          dr("2001:db8::2", { forwardingMethod: "nat" }),
          dr("2001:db8::3", { forwardingMethod: "tun" }),
          dr("2001:DB8:0::3", { forwardingMethod: "tun" }),
          dr("192.0.2.80"),
          dr("192.0.2.300", { forwardingMethod: "gateway" }),
        ],
      }),
    ],
    messages: [
      'schedulerFlags has "sh-port", which "wlc" does not have: leave it out, or use scheduler "sh"',
      'schedulerFlags has "flagg", which "wlc" does not have: leave it out\n',
      "persistenceSeconds is 0: use a whole number from 1 to 2678400",
      'persistenceNetmask is "64", but the VIP is 192.0.2.80: use an IPv4 mask whose ones come first, such as',
      "realServers 192.0.2.11:8000: weight is 70000: use a whole number from 0 to 65535",
      "realServers 192.0.2.12:8000: weight is -1: use a whole number",
      "lowerThreshold is 6, but upperThreshold is 5: set upperThreshold to 6 or more, or leave lowerThreshold out",
      'port is 8080, but "dr" cannot change the port: use 8000 (the port of the virtual service), or forwardingMethod "nat"',
      'port is 8080, but "tun" cannot change the port: use 8000',
      "realServers 192.0.2.15:8000: upperThreshold is -1: use a whole number from 0 to 2147483647",
      'rip is 2001:db8::1, and the VIP is 192.0.2.80: "dr" needs both of one family; use addresses of one family, or forwardingMethod "tun"',
      'rip is 2001:db8::2, and the VIP is 192.0.2.80: "nat" needs both of one family',
      "realServers [2001:db8::3]:8000: it is there twice: declare each real server once",
      "rip is 192.0.2.80, which is the VIP: give the real server's own address",
      `realServers 10: rip is "192.0.2.300", which is not an IPv4 or IPv6 address: ${AN_ADDRESS}`,
      'realServers 10: forwardingMethod is "gateway": use "nat", "dr" or "tun"',
    ],
  },
  {
    title: "a VIP",
    pieces: [
      piece("VirtualIp", "vip", { director: { connection: d1 }, interface: "eth 1", ttl: 3 }),
    ],
    messages: [
      "ttl is not an argument here: use director, address, interface, anycast, adopt",
      `address is missing: ${AN_ADDRESS}`,
      'interface is "eth 1", which is not the name of an interface: give up to 15 characters',
    ],
  },
  {
    title: "a connection",
    pieces: [director({ host: "d 1", user: "", sudo: "yes", dialErrorLimit: -2, privateKey: 7 })],
    messages: [
      "connection.host: host is empty or contains a space: give a name or an address, such as director1",
      "connection.user: user is empty: name a user, such as root",
      "connection.sudo: sudo is neither a boolean nor an object with a password of one line: use true",
      "connection.dialErrorLimit: dialErrorLimit is -2: use a whole number from -1",
      "connection.privateKey: privateKey is a value of type number: give a string",
    ],
  },
  {
    title: "a VIP of a real server",
    pieces: [
      piece("RealServerVip", "web1", {
        connection: web,
        vip: "192.0.2.80",
        ...dr("2001:db8::1", { replyGateway: "2001:db8::3" }),
      }),
    ],
    messages: [
      'vip is 192.0.2.80 and rip is 2001:db8::1: "dr" needs both of one family; use two addresses of one family, or',
      "replyGateway is 2001:db8::3, but the VIP 192.0.2.80 is of the other family: give a gateway of its family",
    ],
  },
];

/** Mistakes that check finds: each program has one resource with many of them. */
export const mistakes: readonly Mistake[] = [
  {
    title: "names and types",
    pieces: [
      virtualService(
        { ...d1, prot: 22, port: "22", hostKey: "yes", proxy: { host: "jump", sudo: true } },
        {
          port: "80",
          persistanceSeconds: 4,
          schedulerFlags: [7],
          adopt: "yes",
          realServers: [dr("192.0.2.11", { wieght: 1, weight: "2" }), "192.0.2.12"],
        },
      ),
    ],
    messages: [
      "persistanceSeconds is not an argument here: use director, protocol, vip, port, scheduler, ",
      "connection has no field prot: use host, port, user, ",
      "connection.port: port is a value of type string: use a whole number from 1 to 65535",
      'connection.hostKey: hostKey is not a host key: give a line such as "ssh-ed25519 AAAA...", or "accept-any"',
      "connection.proxy: proxy has no field sudo: use host, port, ",
      'port is "80": give a port from 0 (every port) to 65535',
      "schedulerFlags.0: a flag is 7: give a text",
      'adopt is "yes": give true or false',
      "realServers.0: wieght is not an argument of a real server: use rip, port, forwardingMethod, ",
      'realServers.0.weight: weight is "2": give a number',
      'realServers.1: a real server is "192.0.2.12": give { rip: "192.0.2.11", forwardingMethod: "dr" }',
    ],
  },
  {
    title: "a single real server",
    pieces: [
      bare("http"),
      piece("RealServer", "web1", {
        virtualService: { $ref: "http" },
        ...dr("2001:db8::1", { port: 8080, weight: -3 }),
      }),
    ],
    messages: [
      'a problem: rip is 2001:db8::1, and the VIP is 192.0.2.80: "dr" needs both of one family',
      'a problem: port is 8080, but "dr" cannot change the port: use 80',
      "a problem: weight is -3: use a whole number from 0 to 65535",
    ],
  },
];

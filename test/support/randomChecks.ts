import type { EndpointKey, RealServer, VirtualService } from "../../provider/ipvs/model";
import { familyOf } from "../../provider/values/address";
import { aVirtualService } from "./builders";
import { aRandomConfig, aRandomRealServer, pick, type Random } from "./randomTables";

const TIMES = ["intervalSeconds", "timeoutSeconds", "delayBeforeRetrySeconds"] as const;
const TEXTS = ["up", 'a "b" \\c', "{ } $x $(y) # ! ~ @", "Größe: 5 €", "(a|b)[c]^.*+?"];

/** An argument that may be left out. */
function some<Value>(random: Random, name: string, values: readonly Value[]): object {
  return random(2) === 0 ? {} : { [name]: pick(random, values) };
}

const page = (random: Random) => ({
  ...some(random, "path", ["/", "/health?x=1&y=%20", "/~a/b.c;d,e:f@g=h+i-j_"]),
  ...some(random, "host", ["shop.example", "shop:8443", "[2001:db8::80]", "192.0.2.80"]),
  ...some(random, "status", [100, 599, "200-299 304", "404"]),
  ...some(random, "digest", ["9b3a0c85a887a256d6939da88aabd8cd", "0".repeat(32)]),
  ...some(random, "text", TEXTS),
});
const port = (random: Random) => ({ port: pick(random, [1, 8080, 65535]) });

/** What each type has of its own, drawn. */
const types: Readonly<Record<string, (random: Random) => object>> = {
  tcp: port,
  http: (random) => ({ ...port(random), ...page(random) }),
  https: (random) => {
    const drawn = { ...port(random), ...page(random) };
    const isName = "host" in drawn && drawn.host === "shop.example";
    return { ...drawn, ...some(random, "sni", isName ? [true, false] : [false]) };
  },
  dns: (random) => ({
    ...port(random),
    ...some(random, "queryName", [".", "example.com", "_sip._tcp.example.com.", "a".repeat(63)]),
    ...some(random, "queryType", ["A", "AAAA", "CNAME", "MX", "NS", "SOA", "TXT"]),
  }),
  smtp: (random) => ({ ...port(random), ...some(random, "heloName", ["lb.example", "[::1]"]) }),
  udp: (random) => ({
    ...port(random),
    ...some(random, "payload", ["00", "fF0a".repeat(50)]),
    ...some(random, "requireReply", [true, false, "xX", "0a1x".repeat(50), "ffFx"]),
  }),
  ping: () => ({}),
  script: (random) => ({
    ...some(random, "port", [1, 65535]),
    script: pick(random, ["/bin/true", "/usr/local/lib/a-b_c.d/check.sh"]),
  }),
};

/** A virtual service with a health check that preview has to accept, and the arguments that declare it. */
export function aRandomCheckedService(
  random: Random,
  vip: string,
): { args: object; service: VirtualService } {
  const key = aRandomEndpoint(random, vip);
  const drawn = aRandomConfig(random, key);
  const config = {
    ...{ schedulerFlags: drawn.schedulerFlags, onePacket: false },
    ...(drawn.persistence && { persistence: drawn.persistence }),
    scheduler: drawn.scheduler === "none" ? "wlc" : drawn.scheduler,
  };
  const realServers = [5, 6].map((number) => aCheckedRealServer(random, key, number));
  const total = realServers.reduce((sum, { config: { weight } }) => sum + weight, 0);
  const { seconds, netmask } = config.persistence ?? {};
  const args = {
    ...{ protocol: key.protocol, vip, port: key.port, scheduler: config.scheduler },
    schedulerFlags: config.schedulerFlags,
    ...(seconds !== undefined && { persistenceSeconds: seconds }),
    ...(netmask !== undefined && { persistenceNetmask: netmask }),
    realServers: realServers.map(({ key: { rip, port }, config: { tunnel, ...rest } }, at) => {
      const own = at === 0 ? some(random, "healthCheck", [false, anOwnCheck(random, key)]) : {};
      return { rip, port, ...rest, ...own };
    }),
    healthCheck: aRandomCheck(random, key, total),
  };
  return { args, service: aVirtualService({ key, ...config, realServers }) };
}

function aRandomEndpoint(random: Random, vip: string): EndpointKey {
  const protocol = pick(random, ["tcp", "udp", "sctp"] as const);
  return { kind: "endpoint", protocol, vip, port: pick(random, [0, 53, 80]) };
}

function aCheckedRealServer(random: Random, key: EndpointKey, number: number): RealServer {
  const { key: drawn, config } = aRandomRealServer(random, key);
  const rip = familyOf(drawn.rip) === "ipv4" ? `10.0.0.${number}` : `2001:db8::${number}`;
  const { tunnel, ...rest } = config;
  const port = config.forwardingMethod === "nat" ? 8080 : key.port;
  return {
    key: { rip, port },
    config: { ...rest, ...(tunnel && { tunnel: { type: "ipip" } }) },
  };
}

/** The check of a real server in the place of that of its virtual service. */
function anOwnCheck(random: Random, { vip }: EndpointKey): object {
  const ofFamily = familyOf(vip) === "ipv4" ? "10.9.0.5" : "2001:db8:9::5";
  return { ...aRandomChecker(random), ...some(random, "address", [ofFamily]) };
}

function aRandomChecker(random: Random): object {
  const type = pick(random, Object.keys(types));
  return {
    ...{ type, ...types[type]?.(random) },
    ...Object.assign({}, ...TIMES.map((name) => some(random, name, [1, 60, 3600]))),
    ...some(random, "retries", [1, 100]),
    ...some(random, "warmupSeconds", [0, 3600]),
  };
}

function aRandomCheck(random: Random, { vip, port }: EndpointKey, total: number): object {
  const rip = familyOf(vip) === "ipv4" ? "10.0.0.99" : "2001:db8::99";
  const sorryServer = { rip, port: port || 80, forwardingMethod: port ? "dr" : "nat" };
  return {
    ...aRandomChecker(random),
    ...(total > 1 && random(2) === 0 && { quorum: 2, ...some(random, "hysteresis", [0]) }),
    ...(total > 2 && random(2) === 0 && { quorum: total - 1, hysteresis: 1 }),
    ...some(random, "sorryServer", [sorryServer]),
  };
}

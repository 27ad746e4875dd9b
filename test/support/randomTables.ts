import type {
  RealServer,
  ServiceConfig,
  ServiceKey,
  VirtualService,
} from "../../provider/ipvs/model";
import { flagsOf, schedulers } from "../../provider/ipvs/vocabulary";
import { aRealServer, aTable, aVirtualService } from "./builders";

/** Draws a whole number from 0 to bound - 1. */
export type Random = (bound: number) => number;

/** A random generator with a seed, so that a run can be repeated (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Draws one of the values. */
export function pick<T>(random: Random, among: readonly T[]): T {
  return among[random(among.length)] as T;
}

/** Copies values in random order. */
export function shuffled<T>(random: Random, ones: readonly T[]): T[] {
  const rest = [...ones];
  return ones.map(() => rest.splice(random(rest.length), 1)[0] as T);
}

/** Draws from few keys, so that two random tables have services in common. */
export function aRandomKey(random: Random): ServiceKey {
  const family = pick(random, ["ipv4", "ipv6"] as const);
  if (random(4) === 0) {
    return { kind: "fwmark", fwmark: pick(random, [1, 5, 2 ** 31, 2 ** 32 - 1]), family };
  }
  const vip = family === "ipv4" ? `192.0.2.${80 + random(2)}` : `2001:db8::${80 + random(2)}`;
  const protocol = pick(random, ["tcp", "udp", "sctp"] as const);
  return { kind: "endpoint", protocol, vip, port: pick(random, [0, 53, 80]) };
}

/** A random configuration that ipvsadm accepts for the key. */
export function aRandomConfig(random: Random, key: ServiceKey): ServiceConfig {
  const scheduler = pick(random, Object.keys(schedulers));
  const family = key.kind === "fwmark" ? key.family : key.vip.includes(":") ? "ipv6" : "ipv4";
  const netmask = { ipv4: "255.255.255.0", ipv6: "64" }[family];
  const needsPersistence = key.kind === "endpoint" && key.port === 0;
  const seconds = pick(random, [1, 360, 2678400]);
  const persistence = random(2) === 0 ? { seconds } : { seconds, netmask };
  const isUdp = key.kind === "fwmark" || key.protocol === "udp";
  return {
    scheduler,
    schedulerFlags: flagsOf(scheduler)
      .filter(() => random(3) === 0)
      .sort(),
    onePacket: isUdp && random(4) === 0,
    ...((needsPersistence || random(2) === 0) && { persistence }),
    ...(isUdp && random(4) === 0 && { persistenceEngine: "sip" }),
  };
}

/** A random real server that ipvsadm accepts for the key. */
export function aRandomRealServer(random: Random, key: ServiceKey): RealServer {
  const forwardingMethod = pick(random, ["nat", "dr", "tun"] as const);
  const isIpv6 = key.kind === "fwmark" ? key.family === "ipv6" : key.vip.includes(":");
  const isOther = forwardingMethod === "tun" && random(4) === 0;
  const rip = isIpv6 !== isOther ? `2001:db8::${5 + random(4)}` : `10.0.0.${5 + random(4)}`;
  const upperThreshold = pick(random, [0, 1, 100, 2147483647]);
  const tunnels = [
    { type: "ipip" },
    { type: "gue", port: 6080, checksum: pick(random, ["nocsum", "csum", "remcsum"] as const) },
    { type: "gre", checksum: pick(random, ["nocsum", "csum"] as const) },
  ] as const;
  return aRealServer({
    rip,
    port: key.kind === "endpoint" && forwardingMethod !== "nat" ? key.port : pick(random, [0, 80]),
    forwardingMethod,
    weight: pick(random, [0, 1, 65535]),
    upperThreshold,
    lowerThreshold: random(2) * upperThreshold,
    ...(forwardingMethod === "tun" && { tunnel: pick(random, tunnels) }),
  });
}

/** A random virtual service with up to five real servers. */
export function aRandomService(random: Random, key = aRandomKey(random)): VirtualService {
  const realServers = Array.from({ length: random(6) }, () => aRandomRealServer(random, key));
  return aVirtualService({ key, ...aRandomConfig(random, key), realServers });
}

/** A random table of up to four virtual services. */
export function aRandomTable(random: Random) {
  return aTable(...Array.from({ length: random(5) }, () => aRandomService(random)));
}

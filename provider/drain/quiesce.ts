import type { ServiceConfig, VirtualService } from "../ipvs/model";
import { flagsOf } from "../ipvs/vocabulary";
import { withWeight } from "./declared";
import type { Departure } from "./departures";

// Schedulers whose first flag sends the clients of a real server with weight 0 to another one (ip_vs_sh.c, ip_vs_mh.c).
const WITH_FALLBACK = ["sh", "mh"];

/** The virtual service during a drain: the leaving real servers have weight 0, until their connections have ended. */
export function quiescedService({ live, leaving, afterwards }: Departure): VirtualService {
  const base = afterwards ?? live;
  const gone = leaving.flatMap((name) => {
    const realServer = live.realServers[name];
    return realServer ? [[name, withWeight(realServer, 0)] as const] : [];
  });
  const realServers = { ...base.realServers, ...Object.fromEntries(gone) };
  const hasOthers = Object.values(realServers).some(({ config }) => config.weight > 0);
  return { ...base, config: hasOthers ? withFallback(base.config) : base.config, realServers };
}

function withFallback(config: ServiceConfig): ServiceConfig {
  const { scheduler, schedulerFlags } = config;
  const [flag] = flagsOf(scheduler);
  if (!WITH_FALLBACK.includes(scheduler) || !flag || schedulerFlags.includes(flag)) return config;
  return { ...config, schedulerFlags: [...schedulerFlags, flag].sort() };
}

import type { ServiceConfig, VirtualService } from "../ipvs/model";
import { flagsOf } from "../ipvs/vocabulary";
import { withWeight } from "./declared";
import type { Departure } from "./departures";

// Their first flag sends clients of a real server with weight 0 to another real server (ip_vs_sh.c, ip_vs_mh.c).
const WITH_FALLBACK = ["sh", "mh"];

/** The virtual service to set while the connections of leaving real servers end: those have the weight 0. */
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

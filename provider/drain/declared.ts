import type { RealServer, VirtualService } from "../ipvs/model";
import { readRealServerValue, realServerPartId } from "../ipvs/realServerPart";
import { readValue } from "../ipvs/virtualServicePart";
import type { Journal } from "../journal/journal";

/** A live virtual service in which quiesced real servers have their declared weights instead of 0. */
export function declaredService(
  name: string,
  live: VirtualService,
  journal: Journal,
): VirtualService {
  const realServers = Object.entries(live.realServers).map(([key, realServer]) => {
    const { weight } = realServer.config;
    const declared = weight > 0 ? weight : (declaredWeight(name, key, live, journal) ?? weight);
    return [key, withWeight(realServer, declared)] as const;
  });
  return { ...live, realServers: Object.fromEntries(realServers) };
}

/** Whether a real server is quiesced live although its resource declares a weight above 0. */
export function isDraining(name: string, live: VirtualService, journal: Journal): boolean {
  return Object.entries(live.realServers).some(
    ([key, { config }]) =>
      config.weight === 0 && (declaredWeight(name, key, live, journal) ?? 0) > 0,
  );
}

/** Copies a real server with another weight. */
export function withWeight({ key, config }: RealServer, weight: number): RealServer {
  return { key, config: { ...config, weight } };
}

function declaredWeight(
  name: string,
  realServer: string,
  { key }: VirtualService,
  journal: Journal,
): number | undefined {
  const own = journal[`realServer ${realServerPartId(name, realServer)}`]?.value;
  if (own !== undefined) return readRealServerValue(key, own).config.weight;
  const outer = journal[`virtualService ${name}`]?.value;
  if (outer === undefined) return undefined;
  return readValue(outer).service.realServers[realServer]?.config.weight;
}

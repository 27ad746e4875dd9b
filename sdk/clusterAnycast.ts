import type { ClusterModel } from "./clusterModel";
import { refusal } from "./refusal";

/** Refuses anycast beside what says that one director has the VIPs. */
export function refuseAnycast({ anycast, failover, directors }: ClusterModel): void {
  if (!anycast) return;
  if (failover !== undefined)
    throw refusal(
      "anycast has the VIPs on all directors, and failover on one at a time: give one of the two",
    );
  const active = directors.find(({ args }) => args.active);
  if (active !== undefined)
    throw refusal(
      `directors: ${active.name} is active, but with anycast all directors are: leave active out`,
    );
}

interface Values {
  readonly anycast: boolean;
  readonly realServers: readonly {
    readonly name: string;
    readonly forwardingMethod: string | undefined;
  }[];
}

/** Refuses anycast with "nat", whose replies go to one director: the one that a request came through knows them alone. */
export function refuseAnycastNat({ anycast, realServers }: Values): void {
  const nat = anycast && realServers.find((one) => one.forwardingMethod === "nat");
  if (!nat) return;
  throw refusal(
    `anycast: ${nat.name} has the forwardingMethod "nat", whose replies must go back through the director of their ` +
      'request, and a real server has one way for all of them: use "dr" or "tun"',
  );
}

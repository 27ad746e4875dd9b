import { isOfKeepalived } from "../ipvs/checkedWeights";
import type { VirtualService } from "../ipvs/model";
import type { HealthCheck, OwnCheck } from "../keepalived/healthCheck";
import { endpoint } from "../values/address";
import type { RealServerInputs } from "./realServerFields";

/** The health check among the inputs of a virtual service. */
export interface HealthChecked {
  readonly healthCheck?: HealthCheck | undefined;
  readonly realServers?: Readonly<Record<string, RealServerInputs>> | undefined;
}

/** The health check of a virtual service with those that its real servers have instead. */
export function wholeCheck({ healthCheck, realServers = {} }: HealthChecked) {
  if (!healthCheck) return undefined;
  const own = Object.entries(realServers).flatMap(([name, { healthCheck: one }]) =>
    one === undefined ? [] : [[name, one] as const],
  );
  if (own.length === 0) return healthCheck;
  return { ...healthCheck, realServers: Object.fromEntries<OwnCheck>(own) };
}

/** A sorry server as a row of the IPVS table: keepalived would add it otherwise, and set its weight. */
export function sorryRow({ healthCheck }: HealthChecked): RealServerInputs[] {
  const sorry = healthCheck?.sorryServer;
  return sorry ? [{ ...sorry, weight: 1, upperThreshold: 0, lowerThreshold: 0 }] : [];
}

/**
 * Rows of a live virtual service, with the weights that are declared for those that keepalived may have at 0, and with
 * their declared checks; a sorry server is none of them.
 */
export function withoutChecks(
  live: readonly RealServerInputs[],
  inputs: HealthChecked,
  table: Pick<VirtualService, "realServers"> | undefined,
): RealServerInputs[] {
  const check = wholeCheck(inputs);
  const { realServers: declared = {} } = inputs;
  const rows = live.map((one) => withOwnCheck(one, declared[nameOf(one)]));
  if (!check) return rows;
  const sorry = sorryRow(inputs).map(nameOf);
  return rows
    .filter((one) => !sorry.includes(nameOf(one)) || declared[nameOf(one)])
    .map((one) => {
      const weight = declared[nameOf(one)]?.weight;
      const isDown = one.weight === 0 && isOfKeepalived(nameOf(one), check, table);
      return isDown && weight !== undefined ? { ...one, weight } : one;
    });
}

function withOwnCheck(live: RealServerInputs, declared: RealServerInputs | undefined) {
  const { healthCheck } = declared ?? {};
  return healthCheck === undefined ? live : { ...live, healthCheck };
}

function nameOf({ rip, port }: RealServerInputs): string {
  return endpoint(rip, port);
}

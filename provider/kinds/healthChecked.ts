import type { VirtualService } from "../ipvs/model";
import type { HealthCheck } from "../keepalived/healthCheck";
import { checkFileName } from "../keepalived/paths";
import { renderHealthCheck } from "../keepalived/render";
import type { Facts } from "../registry/facts";
import { endpoint } from "../values/address";
import type { RealServerInputs } from "./realServerFields";

/** The health check among the inputs of a virtual service. */
export interface HealthChecked {
  readonly healthCheck?: HealthCheck | undefined;
}

/** A sorry server as a row of the IPVS table: keepalived would add it otherwise, and set its weight. */
export function sorryRow({ healthCheck }: HealthChecked): RealServerInputs[] {
  const sorry = healthCheck?.sorryServer;
  return sorry ? [{ ...sorry, weight: 1, upperThreshold: 0, lowerThreshold: 0 }] : [];
}

/**
 * Real servers as they are live, with the weights that are declared for those that a check may have at 0; a sorry server
 * is none of them.
 */
export function withoutChecks(
  live: readonly RealServerInputs[],
  { healthCheck }: HealthChecked,
  declared: Readonly<Record<string, RealServerInputs>>,
): RealServerInputs[] {
  if (!healthCheck) return [...live];
  const sorry = sorryRow({ healthCheck }).map(nameOf);
  return live
    .filter((one) => !sorry.includes(nameOf(one)) || declared[nameOf(one)])
    .map((one) => {
      const weight = declared[nameOf(one)]?.weight;
      return one.weight === 0 && weight !== undefined ? { ...one, weight } : one;
    });
}

/** The health check where keepalived has it on the host as it is declared. */
export function liveHealthCheck(
  id: string,
  { healthCheck }: HealthChecked,
  declared: VirtualService,
  facts: Facts,
): HealthChecked {
  if (!healthCheck) return {};
  const text = facts.healthChecks.get(checkFileName(id));
  return {
    healthCheck: text === renderHealthCheck(declared, healthCheck) ? healthCheck : undefined,
  };
}

function nameOf({ rip, port }: RealServerInputs): string {
  return endpoint(rip, port);
}

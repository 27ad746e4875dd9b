import { competingProgramsFact } from "../ipvs/competingPrograms";
import { statisticsFact } from "../ipvs/statisticsFact";
import { tableFact } from "../ipvs/tableFact";
import { healthChecksFact } from "../keepalived/healthChecks";
import { healthLogFact } from "../keepalived/healthLog";
import { failoverFact } from "../keepalived/vrrp/failoverFact";
import { filtersFact } from "../network/filters";
import { linksFact } from "../network/links";
import { managementFact } from "../network/management";
import { modulesFact } from "../network/modules";
import { routesFact } from "../network/routes";
import { rulesFact } from "../network/rules";
import { sysctlsFact } from "../network/sysctls";
import { toolsFact } from "../network/tools";
import { bootFact } from "../system/bootFact";
import type { Fact, FactName } from "../values/fact";

/** All facts of a host by name. Reading a fact changes nothing on the host, and loads no module. */
export const facts = {
  modules: modulesFact,
  links: linksFact,
  sysctls: sysctlsFact,
  routes: routesFact,
  rules: rulesFact,
  tools: toolsFact,
  management: managementFact,
  filters: filtersFact,
  ipvs: tableFact,
  statistics: statisticsFact,
  boot: bootFact,
  healthChecks: healthChecksFact,
  failover: failoverFact,
  healthLog: healthLogFact,
  competingPrograms: competingProgramsFact,
} satisfies Readonly<Record<FactName, Fact<unknown>>>;

/** The values of facts by name. Only requested facts are present; reading another fact is a bug. */
export type Facts = { readonly [Name in FactName]: ReturnType<(typeof facts)[Name]["parse"]> };

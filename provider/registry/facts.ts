import { statisticsFact } from "../ipvs/statisticsFact";
import { tableFact } from "../ipvs/tableFact";
import { healthChecksFact } from "../keepalived/healthChecks";
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

/** How each fact of a host is found out. None of them changes a host: not even a module is loaded. */
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
} satisfies Readonly<Record<FactName, Fact<unknown>>>;

/** What is known of a host, by name. Only what was asked for is read; to use what was not is a mistake of ours. */
export type Facts = { readonly [Name in FactName]: ReturnType<(typeof facts)[Name]["parse"]> };

import { tableFact } from "./ipvs/fact";
import { filtersFact } from "./network/filters";
import { linksFact } from "./network/links";
import { managementFact } from "./network/management";
import { modulesFact } from "./network/modules";
import { routesFact } from "./network/routes";
import { rulesFact } from "./network/rules";
import { sysctlsFact } from "./network/sysctls";
import { toolsFact } from "./network/tools";
import type { Fact } from "./values/command";
import type { Facts } from "./values/facts";

/** How each fact of a host is found out. None of them changes a host: not even a module is loaded. */
export const facts: { readonly [Name in keyof Facts]: Fact<Facts[Name]> } = {
  modules: modulesFact,
  links: linksFact,
  sysctls: sysctlsFact,
  routes: routesFact,
  rules: rulesFact,
  tools: toolsFact,
  management: managementFact,
  filters: filtersFact,
  ipvs: tableFact,
};

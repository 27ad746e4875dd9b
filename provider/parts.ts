import { realServerType, virtualServiceType } from "./ipvs/parts";
import { addressType, linkType } from "./network/links";
import { moduleType } from "./network/modules";
import { routeType, ruleType } from "./network/routeParts";
import { sysctlType } from "./network/sysctls";
import type { FactName } from "./values/facts";
import type { PartName, PartType } from "./values/part";

/** How each type of part is read, set and taken away. */
export const partTypes: Readonly<Record<PartName, PartType>> = {
  module: moduleType,
  link: linkType,
  sysctl: sysctlType,
  route: routeType,
  rule: ruleType,
  address: addressType,
  virtualService: virtualServiceType,
  realServer: realServerType,
};

/** The facts that show parts of all types. */
export const partFacts: readonly FactName[] = [
  ...new Set(Object.values(partTypes).map(({ fact }) => fact)),
];

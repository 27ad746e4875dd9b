import { realServerType, virtualServiceType } from "./ipvs/parts";
import { addressType, linkType } from "./network/links";
import { moduleType } from "./network/modules";
import { routeType, ruleType } from "./network/routeParts";
import { sysctlType } from "./network/sysctls";
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

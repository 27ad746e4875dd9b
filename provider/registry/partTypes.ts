import { checkPathType } from "../ipvs/checkPathPart";
import { realServerType } from "../ipvs/realServerPart";
import { virtualServiceType } from "../ipvs/virtualServicePart";
import { healthCheckType } from "../keepalived/healthChecksPart";
import { failoverType } from "../keepalived/vrrp/failoverPart";
import { addressType } from "../network/addressPart";
import { linkType } from "../network/linkPart";
import { moduleType } from "../network/modulePart";
import { routeType } from "../network/routePart";
import { ruleType } from "../network/rulePart";
import { sysctlType } from "../network/sysctlPart";
import type { FactName } from "../values/fact";
import type { Part, PartName, PartType } from "../values/part";
import type { Facts } from "./facts";

/** Any type of part. Its functions must get the value `facts[type.fact]`. */
export type AnyPartType = PartType<FactName, unknown>;

/** A type of part with the type of its fact. */
type KnownPartType = { [Name in FactName]: PartType<Name, Facts[Name]> }[FactName];

const types = {
  module: moduleType,
  link: linkType,
  sysctl: sysctlType,
  route: routeType,
  rule: ruleType,
  address: addressType,
  checkPath: checkPathType,
  healthCheck: healthCheckType,
  virtualService: virtualServiceType,
  realServer: realServerType,
  failover: failoverType,
} satisfies Readonly<Record<PartName, KnownPartType>>;

/** All types of parts by name. */
export const partTypes: Readonly<Record<PartName, AnyPartType>> = types;

/** The facts that the types of parts read. */
export const partFacts: readonly FactName[] = [
  ...new Set(Object.values(partTypes).map(({ fact }) => fact)),
];

/** The live value of a part in canonical form; undefined when the part is absent. */
export function readPart(
  { type, id }: Pick<Part, "type" | "id">,
  facts: Facts,
): string | undefined {
  const partType = partTypes[type];
  return partType.read(facts[partType.fact], id);
}

import type { Family } from "../values/address";
import { command, type Result } from "../values/command";
import type { Fact } from "../values/fact";
import { FAMILIES, FAMILY_OPTION } from "./family";
import { parseJsonList } from "./json";

/** A policy rule that looks at the source of a packet. */
export interface Rule {
  readonly family: Family;
  readonly priority: number;
  readonly source: string;
  /** The action of the rule, such as `lookup main suppress_prefixlength 0`. */
  readonly action: string;
}

/** The policy rules of a host, of both families. */
export type Rules = readonly Rule[];

interface JsonRule {
  priority?: number;
  src?: string;
  srclen?: number;
  table?: string;
  suppress_prefixlen?: number;
}

/** The policy rules of both families (ip-rule(8)). */
export const rulesFact: Fact<Rules> = {
  commands: FAMILIES.map((family) =>
    command("ip", "-json", "-details", FAMILY_OPTION[family], "rule", "show"),
  ),
  parse: (shown) => FAMILIES.flatMap((family, index) => readRules(family, shown[index])),
};

// The error of a kernel that was booted with ipv6.disable=1, or built without IPv6 policy routing: it has no such rules.
const NO_FAMILY = /Address family not supported by protocol/;

function readRules(family: Family, shown: Result | undefined): Rule[] {
  if (family === "ipv6" && NO_FAMILY.test(shown?.stderr ?? "")) return [];
  return parseJsonList<JsonRule>("ip rule", shown).map((rule) => readRule(family, rule));
}

function readRule(family: Family, rule: JsonRule): Rule {
  const suppress =
    rule.suppress_prefixlen === undefined
      ? ""
      : ` suppress_prefixlength ${rule.suppress_prefixlen}`;
  return {
    family,
    priority: rule.priority ?? 0,
    source: rule.srclen === undefined ? (rule.src ?? "all") : `${rule.src}/${rule.srclen}`,
    action: `lookup ${rule.table ?? "main"}${suppress}`,
  };
}

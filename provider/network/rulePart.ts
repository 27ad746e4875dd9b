import type { Family } from "../values/address";
import { command } from "../values/command";
import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { FAMILY_OPTION } from "./family";
import type { Rules } from "./rules";

/** A policy rule on the source address, named `ipv4 from 10.0.0.11 priority 30001`. */
export const ruleType: PartType<"rules", Rules> = {
  fact: "rules",
  takesOver: false,
  read(rules, id) {
    const [family, , source, , priority] = id.split(" ");
    const rule = rules.find(
      (one) => one.family === family && one.source === source && one.priority === Number(priority),
    );
    return rule?.action;
  },
  // Two rules may have the same priority, so our rule is added before a different rule in its place is removed.
  set: (id, value, live) => [
    {
      run: command("ip", ...ruleWords(id, "add"), ...value.split(" ")),
      description: `rule ${id} ${value}`,
    },
    ...(live === undefined ? [] : removeRule(id, live)),
  ],
  unset: removeRule,
};

function removeRule(id: string, live: string): Step[] {
  return [
    {
      run: command("ip", ...ruleWords(id, "delete"), ...live.split(" ")),
      description: `remove the rule ${id}`,
    },
  ];
}

function ruleWords(id: string, verb: string): string[] {
  const [family, ...selector] = id.split(" ");
  return [FAMILY_OPTION[family as Family], "rule", verb, ...selector];
}

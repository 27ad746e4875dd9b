import type { Family } from "../values/address";
import { command, type Step } from "../values/command";
import type { PartType } from "../values/part";
import { FAMILY_OPTION } from "./family";

/** A default route in a table of our own, named `ipv4 default table 100123`: `via 10.0.0.1 dev eth1`. */
export const routeType: PartType = {
  fact: "routes",
  takesOver: false,
  read(facts, id) {
    const [family, destination, , table] = id.split(" ");
    const route = facts.routes.find(
      (one) => one.family === family && one.destination === destination && one.table === table,
    );
    return route && `via ${route.gateway} dev ${route.device}`;
  },
  set: (id, value) => [
    {
      run: command("ip", ...routeWords(id, "replace"), ...value.split(" ")),
      because: `route ${id} ${value}`,
    },
  ],
  unset: (id) => [
    { run: command("ip", ...routeWords(id, "delete")), because: `remove the route ${id}` },
  ],
};

function routeWords(id: string, verb: string): string[] {
  const [family, destination = "", , table = ""] = id.split(" ");
  return [FAMILY_OPTION[family as Family], "route", verb, destination, "table", table];
}

/** A policy rule on the source address, named `ipv4 from 10.0.0.11 priority 30001`. */
export const ruleType: PartType = {
  fact: "rules",
  takesOver: false,
  read(facts, id) {
    const [family, , source, , priority] = id.split(" ");
    const rule = facts.rules.find(
      (one) => one.family === family && one.source === source && one.priority === Number(priority),
    );
    return rule?.action;
  },
  // Two rules may stand at one priority: another one in our place goes when ours is there.
  set: (id, value, live) => [
    {
      run: command("ip", ...ruleWords(id, "add"), ...value.split(" ")),
      because: `rule ${id} ${value}`,
    },
    ...(live === undefined ? [] : removeRule(id, live)),
  ],
  unset: removeRule,
};

function removeRule(id: string, live: string): Step[] {
  return [
    {
      run: command("ip", ...ruleWords(id, "delete"), ...live.split(" ")),
      because: `remove the rule ${id}`,
    },
  ];
}

function ruleWords(id: string, verb: string): string[] {
  const [family, ...selector] = id.split(" ");
  return [FAMILY_OPTION[family as Family], "rule", verb, ...selector];
}

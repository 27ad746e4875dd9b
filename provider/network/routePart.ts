import type { Family } from "../values/address";
import { command } from "../values/command";
import type { PartType } from "../values/part";
import { FAMILY_OPTION } from "./family";
import type { Routes } from "./routes";

/** A default route in a table of our own, named `ipv4 default table 100123`: `via 10.0.0.1 dev eth1`. */
export const routeType: PartType<"routes", Routes> = {
  fact: "routes",
  takesOver: false,
  read(routes, id) {
    const [family, destination, , table] = id.split(" ");
    const route = routes.find(
      (one) => one.family === family && one.destination === destination && one.table === table,
    );
    return route && `via ${route.gateway} dev ${route.device}`;
  },
  set: (id, value) => [
    {
      run: command("ip", ...routeWords(id, "replace"), ...value.split(" ")),
      description: `route ${id} ${value}`,
    },
  ],
  unset: (id) => [
    { run: command("ip", ...routeWords(id, "delete")), description: `remove the route ${id}` },
  ],
};

function routeWords(id: string, verb: string): string[] {
  const [family, destination = "", , table = ""] = id.split(" ");
  return [FAMILY_OPTION[family as Family], "route", verb, destination, "table", table];
}

import { familyOf, fixedAddress } from "../../values/address";
import { command } from "../../values/command";
import type { PartType } from "../../values/part";
import type { Step } from "../../values/step";
import { managedFiles } from "../managedFiles";
import type { Failovers } from "./failoverFact";
import { FAILOVER_SCRIPT, FAILOVER_UNIT_TEXT } from "./failoverScript";
import { FAILOVER, FAILOVER_DIRECTORY, FAILOVER_UNIT, routerFileName } from "./paths";
import { vipsOfFile } from "./virtualRouter";

const managed = managedFiles({
  directory: FAILOVER_DIRECTORY,
  program: { path: FAILOVER, text: FAILOVER_SCRIPT },
  unit: { path: FAILOVER_UNIT, text: FAILOVER_UNIT_TEXT },
});

/** keepalived brings and removes VIPs, and loads ip_vs to keep its connections. */
const CHANGES = ["failover", "links"] as const;

/** One director's part in a virtual router, named by its ID (keepalived.conf(5), vrrp_instance). */
export const failoverType: PartType<"failover", Failovers> = {
  fact: "failover",
  takesOver: true,
  read({ files, isRunning }, id) {
    const text = files.get(routerFileName(id));
    return text === undefined || isRunning ? text : `${text}# keepalived does not run\n`;
  },
  set(id, value): Step[] {
    return [
      {
        run: managed.write(routerFileName(id), value),
        description: `write the virtual router ${id}`,
        changes: ["failover"],
      },
      {
        run: managed.run("take"),
        description: "have keepalived take the virtual router",
        isLast: true,
        changes: CHANGES,
      },
    ];
  },
  unset: (id) => [
    {
      run: managed.remove(routerFileName(id)),
      description: `leave the virtual router ${id}`,
      changes: ["failover"],
    },
    {
      run: managed.run("left"),
      description: "have keepalived forget the virtual routers that are gone",
      changes: CHANGES,
    },
  ],
  // A director without its virtual services would refuse clients.
  boot: (_id, value) => ({
    conditions: vipsOfFile(value).map((vip) =>
      command("is_served", familyOf(vip) === "ipv6" ? `[${vip}]` : vip, fixedAddress(vip)),
    ),
    afterwards: [],
  }),
};

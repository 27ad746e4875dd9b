import { familyOf, fixedAddress } from "../../values/address";
import { command } from "../../values/command";
import type { PartType } from "../../values/part";
import type { Step } from "../../values/step";
import type { Failovers } from "./failoverFact";
import { FAILOVER_SCRIPT, FAILOVER_UNIT_TEXT } from "./failoverScript";
import { FAILOVER, FAILOVER_DIRECTORY, FAILOVER_UNIT, routerFileName } from "./paths";
import { vipsOfFile } from "./virtualRouter";

// A new file waits beside the one that keepalived has, until it has been tested. What is there already stays.
const WRITE = `umask 022
mkdir -p ${FAILOVER_DIRECTORY} && cd ${FAILOVER_DIRECTORY} || exit
printf %s "$2" >"$1.new" || exit
! cmp -s "$1.new" "$1" || rm "$1.new"`;

const REMOVE = `[ ! -d ${FAILOVER_DIRECTORY} ] || { cd ${FAILOVER_DIRECTORY} && rm -f "$1" "$1.new"; }`;

// The program and its unit are there, as this version has them, before they are used.
const RUN = `umask 022
isNew=
for path in ${FAILOVER} ${FAILOVER_UNIT}; do
  printf %s "$1" >"$path.new" || exit
  if cmp -s "$path.new" "$path"; then rm "$path.new"; else mv "$path.new" "$path" && isNew=1 || exit; fi
  shift
done
[ -z "$isNew" ] || systemctl daemon-reload
sh ${FAILOVER} "$@"`;

const run = (...words: readonly string[]) =>
  command("sh", "-c", RUN, "sh", FAILOVER_SCRIPT, FAILOVER_UNIT_TEXT, ...words);

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
        run: command("sh", "-c", WRITE, "sh", routerFileName(id), value),
        description: `write the virtual router ${id}`,
        changes: ["failover"],
      },
      {
        run: run("take"),
        description: "have keepalived take the virtual router",
        isLast: true,
        changes: CHANGES,
      },
    ];
  },
  unset: (id) => [
    {
      run: command("sh", "-c", REMOVE, "sh", routerFileName(id)),
      description: `leave the virtual router ${id}`,
      changes: ["failover"],
    },
    {
      run: run("left"),
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

import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import type { HealthChecks } from "./healthChecks";
import { HEALTH_SCRIPT, HEALTH_UNIT_TEXT } from "./healthScript";
import { CHECKS_DIRECTORY, checkFileName, HEALTH, HEALTH_UNIT } from "./paths";

// A new file waits beside the one that keepalived has, until it has been tested. What is there already stays.
const WRITE = `umask 022
mkdir -p ${CHECKS_DIRECTORY} && cd ${CHECKS_DIRECTORY} || exit
name=$1
shift
printf %s "$@" >"$name.new" || exit
! cmp -s "$name.new" "$name" || rm "$name.new"`;

const REMOVE = `[ ! -d ${CHECKS_DIRECTORY} ] || { cd ${CHECKS_DIRECTORY} && rm -f "$1" "$1.new"; }`;

// The program and its unit are there, as this version has them, before they are used.
const RUN = `umask 022
isNew=
for path in ${HEALTH} ${HEALTH_UNIT}; do
  printf %s "$1" >"$path.new" || exit
  if cmp -s "$path.new" "$path"; then rm "$path.new"; else mv "$path.new" "$path" && isNew=1 || exit; fi
  shift
done
[ -z "$isNew" ] || systemctl daemon-reload
sh ${HEALTH} "$@"`;

const run = (...words: readonly string[]) => ({
  argv: ["sh", "-c", RUN, "sh", HEALTH_SCRIPT, HEALTH_UNIT_TEXT, ...words],
});

// execve(2), MAX_ARG_STRLEN is 131072 bytes.
const CHUNK = /.{1,100000}/gs;

/** The checks of one virtual service, named as it is (keepalived.conf(5)). */
export const healthCheckType: PartType<"healthChecks", HealthChecks> = {
  fact: "healthChecks",
  takesOver: true,
  read: (files, id) => files.get(checkFileName(id)),
  set(id, value): Step[] {
    const chunks = value.match(CHUNK) ?? [];
    return [
      {
        run: { argv: ["sh", "-c", WRITE, "sh", checkFileName(id), ...chunks] },
        description: `write the health check of ${id}`,
        changes: ["healthChecks"],
      },
      {
        run: run("take"),
        description: "have keepalived take the health checks",
        isLast: true,
        changes: ["healthChecks", "ipvs"],
      },
    ];
  },
  // All files of a batch are gone before keepalived starts again: it would add the virtual service of one that is not.
  unset: (id) => [
    {
      run: { argv: ["sh", "-c", REMOVE, "sh", checkFileName(id)] },
      description: `end the health check of ${id}`,
      changes: ["healthChecks"],
    },
    {
      run: run("left"),
      description: "have keepalived forget the health checks that are gone",
      isLast: true,
      changes: ["healthChecks", "ipvs"],
    },
  ],
};

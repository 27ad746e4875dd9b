import type { Step } from "../values/step";
import { APPLY, BOOT_DIRECTORY, ENABLED_UNIT, PARTS_DIRECTORY } from "./paths";
import { SYSTEM_FILES } from "./units";

/** What becomes of the files in which a host's parts are kept. */
export interface BootChanges {
  /** The texts of files that are new, or may be other ones, by name. */
  readonly write: ReadonlyMap<string, string>;
  /** The names of files that are to go. */
  readonly remove: readonly string[];
  /** Whether anything survives on the host afterwards. */
  readonly isNeeded: boolean;
  /** Whether the units are written although they are there: somebody may have changed them. */
  readonly repairs: boolean;
}

const NEW = `${BOOT_DIRECTORY}/parts.new`;
const UNIT = SYSTEM_FILES.at(-1)?.path ?? "";

// Names are words that need no quotes. What is written is renamed first and then on the disk (sync(1)), by one program
// for many files: until this has ended, the change has not. The unit's run waits for the lock that the change holds, so nobody waits for that run.
const WRITE = `umask 022
isNew=; [ -z "$1" ] && [ -e ${UNIT} ] && [ -e ${ENABLED_UNIT} ] || isNew=1
[ -d ${NEW} ] || mkdir -p ${PARTS_DIRECTORY} ${NEW} || exit
shift
list=units name= written= gone=
for word; do
  case $list:\${name:+text}:$word in
    units::) list=parts ;;
    parts::) list=gone ;;
    gone:*) gone="$gone ${PARTS_DIRECTORY}/$word" ;;
    units::* | parts::*) name=$word ;;
    parts:*)
      printf %s "$word" >"${NEW}/$name" || exit
      written="$written ${NEW}/$name" name= ;;
    *)
      if [ "$isNew" ] && [ -d "\${name%/*}" ]; then
        printf %s "$word" >"$name.new" || exit
        case $word in '#!'*) chmod 755 "$name.new" || exit ;; esac
        mv "$name.new" "$name" || exit
      fi
      name= ;;
  esac
done
[ -z "$written" ] || mv -f $written ${PARTS_DIRECTORY}/ || exit
[ -z "$gone" ] || rm -f $gone || exit
sync -f ${PARTS_DIRECTORY} 2>/dev/null || sync
[ -z "$isNew" ] || { sync; systemctl --quiet enable pulumi-lvs.service &&
  systemctl --no-block restart pulumi-lvs.service; }`;

// Stopping is waited for: a run that has begun would go on making what is taken away.
const REMOVE = `systemctl --quiet disable --now pulumi-lvs.service 2>/dev/null
rm -rf ${SYSTEM_FILES.map(({ path }) => path).join(" ")} ${PARTS_DIRECTORY} ${NEW} || exit
[ ! -d ${BOOT_DIRECTORY} ] || rmdir ${BOOT_DIRECTORY} || :
systemctl daemon-reload`;

/** The one step for all changed files of a batch; undefined when none has to change. */
export function bootStep({ write, remove, isNeeded, repairs }: BootChanges): Step | undefined {
  if (write.size === 0 && remove.length === 0) return undefined;
  if (!isNeeded) {
    return {
      run: { argv: ["sh", "-c", REMOVE, "sh"] },
      description: `remove ${BOOT_DIRECTORY} and its units`,
      changes: ["boot"],
    };
  }
  const words = [
    ...[repairs ? "repairs" : "", ...SYSTEM_FILES.flatMap(({ path, text }) => [path, text]), ""],
    ...[...[...write].flat(), "", ...remove],
  ];
  return {
    run: { argv: ["sh", "-c", WRITE, "sh", ...words] },
    description: `write ${APPLY.replace(/apply$/, "parts.d")}`,
    changes: ["boot"],
  };
}

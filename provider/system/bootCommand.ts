import type { Step } from "../values/step";
import { APPLY, BOOT_DIRECTORY, ENABLED_UNIT, PARTS_DIRECTORY } from "./paths";
import { SYSTEM_FILES } from "./units";

/** The changes of a batch to the boot files of a host. */
export interface BootChanges {
  /** The texts of the files to write, by name. */
  readonly write: ReadonlyMap<string, string>;
  /** The names of the files to remove. */
  readonly remove: readonly string[];
  /** Whether any part on the host survives a reboot after the change. */
  readonly isNeeded: boolean;
  /** Whether existing units are written again, because somebody may have changed them. */
  readonly repairs: boolean;
}

const NEW = `${BOOT_DIRECTORY}/parts.new`;
const UNIT = SYSTEM_FILES.at(-1)?.path ?? "";

// File names need no quotes (bootFileName). The files are written, renamed and then synced to the disk (sync(1)), each
// by one program for many files, and the change ends after the sync. systemd finds new units by itself; to read changed
// ones it reads all units of the host, which takes seconds on a slow host. The script starts the unit without waiting,
// because the unit waits for the host's lock, which the change holds.
const WRITE = `umask 022
reload() { systemctl daemon-reload; }
start() { systemctl --no-block restart pulumi-lvs.service; }
isNew=; [ -z "$1" ] && [ -e ${UNIT} ] && [ -e ${ENABLED_UNIT} ] || isNew=1
isChanged=$1; [ ! -e ${UNIT} ] || isChanged=1
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
[ "$isNew" ] || exit 0
sync
systemctl --quiet --no-reload enable pulumi-lvs.service || exit
{ [ -z "$isChanged" ] && start 2>/dev/null; } || { reload && start; }`;

// The script waits until the unit has stopped, because a running unit would restore the parts that are removed here.
// systemd forgets a stopped unit by itself, except one that it has started at boot. Without the directory there is nothing to remove, and perhaps no systemd.
const REMOVE = `[ -e ${BOOT_DIRECTORY} ] || exit 0
systemctl --quiet --no-reload disable --now pulumi-lvs.service 2>/dev/null
rm -rf ${SYSTEM_FILES.map(({ path }) => path).join(" ")} ${PARTS_DIRECTORY} ${NEW} || exit
[ ! -d ${BOOT_DIRECTORY} ] || rmdir ${BOOT_DIRECTORY} || :
case $(systemctl show -p LoadState pulumi-lvs.service) in
  *=not-found) ;;
  *) systemctl daemon-reload ;;
esac`;

/** The step that writes and removes the boot files of a batch; undefined when no file changes. */
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

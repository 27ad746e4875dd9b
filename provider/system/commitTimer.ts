import { type Command, command } from "../values/command";
import { commandLine } from "../values/quote";
import type { Step } from "../values/step";

/** Where the way back lies while a change waits for its confirmation; gone after that. */
export const COMMIT_DIRECTORY = "/run/pulumi-lvs-undo";

const UNIT = "pulumi-lvs-undo";

// When a process began, which tells it from a later one of the same ID (proc(5), /proc/PID/stat, field 22).
const STARTED = `started() { set -- $(cat "/proc/$1/stat" 2>/dev/null); echo "\${22}"; }`;

// The timer ends by itself when it has fired. A process of its own session is ended with what it started.
const STOP_TIMER = `if [ -d /run/systemd/system ]; then systemctl stop ${UNIT}.timer 2>/dev/null
elif [ "$sleeper" ] && grep -q ${UNIT} "/proc/$sleeper/cmdline" 2>/dev/null; then kill -- "-$sleeper"; fi`;

// \`fire\` is the timer's call. Whoever renames the file first decides: the timer, or the confirmation. The shell of the
// change may live on behind a cut way, with the lock of the host: it is ended before anything is put back.
const HEAD = `# Puts back what was on this host before a change of pulumi-lvs, unless that is confirmed over a new connection.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
umask 077
cd ${COMMIT_DIRECTORY} || exit 0
${STARTED}
sleeper=$(cat sleeper 2>/dev/null)
if [ "$1" = fire ]; then
  sleeper=
  mv armed undoing 2>/dev/null || exit 0
  read -r shell began <holder
  [ -z "$began" ] || [ "$(started "$shell")" != "$began" ] || kill -KILL "$shell"
  if [ -d /run/lock ]; then exec 9</run/lock; else exec 9</run; fi
  flock -w 120 9
  [ -e undoing ] || exit 0
elif [ -e armed ]; then
  mv armed undoing
fi
echo "a change of pulumi-lvs was not confirmed: putting back what was before"`;

/** Shell text of the journal's room: what keeps the journal in a file, and puts it back from there. */
export interface JournalTexts {
  readonly save: string;
  readonly restore: string;
}

/**
 * The command that keeps the way back on the host and starts a timer that goes it: a transient timer unit of systemd,
 * which the end of an SSH session does not touch, or a process of its own session. A step back may find its work done.
 */
export function armCommand(
  steps: readonly Step[],
  seconds: number,
  journal: JournalTexts,
): Command {
  const back = steps.map(({ run }) => `( ${commandLine(run)} ) 9>&-`);
  const script = [HEAD, ...back, journal.restore, `cd / && rm -rf ${COMMIT_DIRECTORY}`, STOP_TIMER];
  return {
    argv: ["sh", "-c", armText(journal), "sh", String(seconds)],
    stdin: `${script.join("\n")}\n`,
  };
}

const armText = ({ save }: JournalTexts) => `umask 077
rm -rf ${COMMIT_DIRECTORY} && mkdir ${COMMIT_DIRECTORY} && cd ${COMMIT_DIRECTORY} || exit
${STARTED}
${save} && echo "$$ $(started $$)" >holder && cat >armed || { cd / && rm -rf ${COMMIT_DIRECTORY}; exit 1; }
start() {
  systemd-run --quiet --collect --unit=${UNIT} --on-active="$1" --timer-property=AccuracySec=1s \\
    /bin/sh ${COMMIT_DIRECTORY}/armed fire
}
if [ ! -d /run/systemd/system ]; then
  setsid sh -c 'sleep "$1"; sh ${COMMIT_DIRECTORY}/armed fire' ${UNIT} "$1" </dev/null >/dev/null 2>&1 &
  echo $! >sleeper
elif ! start "$1" 2>/dev/null; then
  systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null
  start "$1" || { cd / && rm -rf ${COMMIT_DIRECTORY}; exit 1; }
fi`;

/** Confirms a change: its timer ends, and nothing of it stays. Fails when the timer has fired. */
export const CONFIRM: Command = command(
  "sh",
  "-c",
  `cd ${COMMIT_DIRECTORY} && mv armed confirmed || exit
sleeper=$(cat sleeper 2>/dev/null)
${STOP_TIMER}
cd / && rm -rf ${COMMIT_DIRECTORY}`,
);

/**
 * Shell text for whoever has just locked the host: a change that nobody has confirmed is taken back first, so that its
 * timer does not fire into the next change.
 */
export const TAKE_BACK = `if test -d ${COMMIT_DIRECTORY}; then for file in armed undoing; do
test ! -e ${COMMIT_DIRECTORY}/$file || sh ${COMMIT_DIRECTORY}/$file now </dev/null >/dev/null 2>&1 9>&-
done; fi; :`;

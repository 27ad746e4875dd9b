import { CHECKS_DIRECTORY, HEALTH } from "./paths";
import { WITHOUT_QUORUM } from "./quorumScript";

/**
 * keepalived reads one file, which this script puts together from the file of each virtual service. Measured with
 * keepalived 2.2.7 (Debian 12):
 * - With `alpha`, a real server counts as down at the start, and a first check that fails changes nothing: a real server
 *   that died while keepalived did not run would keep its weight. Without `alpha`, a real server counts as up: with
 *   weight 0 it would never get its weight again. So only real servers with weight 0 at the start get `alpha`.
 * - A reload deletes real servers and virtual services that have left the file from the IPVS table. A restart leaves the
 *   table as it is (-I), so keepalived is restarted after a virtual service loses its checks.
 * - A sorry server whose row is in the table keeps its weight at the start, whatever the quorum: keepalived believes that
 *   it has the right one, and sets it when the quorum changes next.
 * - A reload sets changed weights of healthy real servers, and keeps the state of all checks.
 */
export const HEALTH_SCRIPT = `#!/bin/sh
# Has keepalived check what pulumi-lvs has declared on this host: the files of keepalived.d. pulumi-lvs writes this file.
#   start          before keepalived starts
#   reload         before keepalived reads its file again
#   take           tests new files, and takes them when keepalived accepts them
#   left           forgets the files that are gone
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
run=/run/pulumi-lvs
mkdir -p $run || exit
cd ${CHECKS_DIRECTORY} 2>/dev/null || exit

# Goes on where there is a file, and takes everything away where there is none.
end_without_checks() {
  for one in ./*.conf; do
    [ ! -f "$one" ] || return 0
  done
  systemctl stop pulumi-lvs-health.service
  rm -rf /etc/systemd/system/pulumi-lvs-health.service ${CHECKS_DIRECTORY} ${HEALTH} $run
  rmdir /etc/pulumi-lvs 2>/dev/null
  systemctl daemon-reload
  [ -z "$failed" ]
  exit
}

# keepalived writes its file when it has added the virtual services that it checks to the IPVS table. Who takes one away
# before that would find it there again.
wait_for_checks() {
  for try in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -e $run/checkers.pid ] || return 0
    sleep 0.5
  done
  echo "keepalived does not run: see journalctl -u pulumi-lvs-health" >&2
  return 1
}

${WITHOUT_QUORUM}
# Gives the sorry server of a virtual service that keepalived does not know yet (from the file that it has) its weight,
# where the quorum is not there. keepalived would find its row in the table, and leave the weight at 0.
have_sorry_servers_answer() {
  [ -e "$1" ] || set -- /dev/null
  without_quorum $run/table | awk 'part == "table" { if ($1 == "-a") row[$2 " " $3 " -r " $5] = $0; next }
    part == "known" { if ($1 == "virtual_server") service = $2 " " $3; if ($1 == "protocol") known[service " " $2]; next }
    { sorry = $5 " " $6 " -r " $8 }
    !(($1 " " $2 " " $3) in known) && sub(/ -w 0/, " -w 1", row[sorry]) { sub(/^-a/, "-e", row[sorry]); print row[sorry] }' \\
    part=table $run/table part=known "$1" part=lost - | while read -r row; do ipvsadm $row; done
}

# Says which script of a file cannot be run, or not safely: keepalived would only log it, and count its real server as up.
scripts_are_fine() {
  for script in $(sed -n 's/^ *misc_path "\\([^ "]*\\).*/\\1/p' "$1" | sort -u); do
    path=$(readlink -f "$script") && [ -f "$path" ] && [ -x "$path" ] || {
      echo "there is no executable file $script on this host"
      return 1
    }
    while others=$(find "$path" -maxdepth 0 \\( ! -user 0 -o -perm -002 -o -perm -020 ! -group 0 \\)); do
      [ -z "$others" ] || {
        echo "$script runs as root, and others than root can change $others"
        return 1
      }
      [ "$path" != / ] || break
      path=$(dirname "$path")
    done
  done
}

failed=
case $1 in
start)
  # Real servers with a weight count as up, the others as down, until their first check.
  rm -f $run/*.pid
  if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn; fi >$run/table || exit
  awk 'isTable { if ($1 == "-a" && $0 !~ / -w 0( |$)/) up["alpha # " $2 " " $3 " -r " $5]; next }
    { line = $0; sub(/^ +/, "", line) }
    !(line in up)' isTable=1 $run/table isTable= ./*.conf >$run/keepalived.conf
  have_sorry_servers_answer /dev/null
  ;;
reload)
  if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn; fi >$run/table || exit
  have_sorry_servers_answer $run/keepalived.conf
  cat ./*.conf >$run/keepalived.conf
  ;;
take)
  for new in ./*.new; do
    [ -f "$new" ] || continue
    # keepalived refuses that all weights are 0, as drains have them, but runs with it.
    { cat "$new"; for other in ./*.conf; do
        [ ! -f "$other" ] || [ "$other" = "\${new%.new}" ] || cat "$other"
      done; } | sed 's/^\\( *weight\\) 0$/\\1 1/' >$run/test.conf
    if said=$(scripts_are_fine "$new" && keepalived -t -f $run/test.conf 2>&1); then
      mv "$new" "\${new%.new}"
    else echo "keepalived refuses \${new%.new}: $said" >&2; rm -f "$new"; failed=1; fi
  done
  end_without_checks
  sync -f . 2>/dev/null || sync
  systemctl reload-or-restart pulumi-lvs-health.service || failed=1
  wait_for_checks || failed=1
  [ -z "$failed" ]
  ;;
left)
  end_without_checks
  systemctl restart pulumi-lvs-health.service && wait_for_checks
  ;;
esac
`;

export const HEALTH_UNIT_TEXT = `[Unit]
Description=Health checks that pulumi-lvs has declared on this host
Documentation=file:${HEALTH}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStartPre=/bin/sh ${HEALTH} start
ExecStart=/bin/sh -c 'exec keepalived -n -C -I -D -f /run/pulumi-lvs/keepalived.conf -p /run/pulumi-lvs/keepalived.pid -c /run/pulumi-lvs/checkers.pid'
ExecReload=/bin/sh ${HEALTH} reload
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
`;

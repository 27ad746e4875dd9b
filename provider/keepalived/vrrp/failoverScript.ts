import { FAILOVER, FAILOVER_DIRECTORY, FAILOVER_RUN, FAILOVER_UNIT } from "./paths";

/**
 * keepalived runs with one file that is put together from ours. Measured with keepalived 2.2.7 (Debian 12):
 * - Where the director's own address comes after keepalived was started, the virtual router stays in its fault state for
 *   good. So keepalived is started when the addresses are there.
 * - A reload keeps the state of virtual routers, and adds and removes VIPs where the master is.
 * - On its end keepalived removes the VIPs and tells its peers, which take over at once.
 */
export const FAILOVER_SCRIPT = `#!/bin/sh
# Has keepalived move VIPs between directors, as pulumi-lvs has declared it: the files of failover.d. pulumi-lvs writes
# this file.
#   run            waits for the addresses of this director, and becomes keepalived
#   reload         before keepalived reads its file again
#   take           tests new files, and takes them when keepalived accepts them
#   left           forgets the files that are gone
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
run=${FAILOVER_RUN}
mkdir -p $run || exit
cd ${FAILOVER_DIRECTORY} 2>/dev/null || exit

# Goes on where there is a file, and takes everything away where there is none.
end_without_files() {
  for one in ./*.conf; do
    [ ! -f "$one" ] || return 0
  done
  systemctl stop pulumi-lvs-failover.service
  rm -rf ${FAILOVER_UNIT} ${FAILOVER_DIRECTORY} ${FAILOVER} $run
  rmdir /etc/pulumi-lvs 2>/dev/null
  systemctl daemon-reload
  [ -z "$failed" ]
  exit
}

failed=
case $1 in
run)
  rm -f $run/*.pid
  for address in $(awk '$1 == "unicast_src_ip" || $1 == "mcast_src_ip" { print $2 }' ./*.conf); do
    until [ "$(ip -o address show to "$address" -tentative)" ]; do
      [ -e $run/waiting ] || echo "waits for $address" | tee $run/waiting
      sleep 1
    done
  done
  rm -f $run/waiting
  cat ./*.conf >$run/keepalived.conf || exit
  exec keepalived -n -P -D -f $run/keepalived.conf -p $run/keepalived.pid -r $run/vrrp.pid
  ;;
reload) cat ./*.conf >$run/keepalived.conf ;;
take)
  for new in ./*.new; do
    [ -f "$new" ] || continue
    { cat "$new"; for other in ./*.conf; do
        [ ! -f "$other" ] || [ "$other" = "\${new%.new}" ] || cat "$other"
      done; } >$run/test.conf
    if said=$(keepalived -t -f $run/test.conf 2>&1); then mv "$new" "\${new%.new}"
    else echo "keepalived refuses \${new%.new}: $said" >&2; rm -f "$new"; failed=1; fi
  done
  end_without_files
  sync -f . 2>/dev/null || sync
  systemctl reload-or-restart pulumi-lvs-failover.service || failed=1
  # keepalived writes the file when it takes part.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -e $run/vrrp.pid ] && [ ! -e $run/waiting ] || break
    sleep 0.5
  done
  [ -e $run/vrrp.pid ] || [ -e $run/waiting ] || {
    echo "keepalived does not run: see journalctl -u pulumi-lvs-failover" >&2
    failed=1
  }
  [ -z "$failed" ]
  ;;
left)
  end_without_files
  systemctl reload-or-restart pulumi-lvs-failover.service
  ;;
esac
`;

export const FAILOVER_UNIT_TEXT = `[Unit]
Description=VIPs that pulumi-lvs has keepalived move between directors
Documentation=file:${FAILOVER}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/bin/sh ${FAILOVER} run
ExecReload=/bin/sh ${FAILOVER} reload
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
`;

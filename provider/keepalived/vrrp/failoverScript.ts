import { CHECKS_DIRECTORY } from "../paths";
import { WITHOUT_QUORUM } from "../quorumScript";
import { LISTENER } from "./listener";
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
#   quorum FILE    fails where a virtual service of a virtual router has no quorum
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

# Says who else on the network speaks for the virtual router of a new file, for a little longer than three advertisements.
is_free() {
  [ ! -f "\${1%.new}" ] || return 0
  set -- $(awk '$1 == "interface" { device = $2 }
    $1 == "virtual_router_id" { id = $2 }
    $1 == "advert_int" { seconds = 3 * $2 + 2 }
    $1 == "unicast_src_ip" || $1 == "mcast_src_ip" { own = $2 }
    $1 == "#" && $2 == "peers" { $1 = $2 = ""; peers = $0 }
    isPeers { if ($1 == "}") isPeers = 0; else peers = peers " " $1 }
    $1 == "unicast_peer" { isPeers = 1 }
    END { print device, id, (seconds > 20 ? 20 : seconds), own, peers }' "$1")
  heard=$(perl -e '${LISTENER}' "$@" 2>/dev/null) || return 0
  [ -n "$heard" ] || return 0
  echo "virtual router $2 is in use: $heard sends advertisements with this number on $1, and is none of the peers." \
    "Give another virtualRouterId, or end that one"
  return 1
}

${WITHOUT_QUORUM}
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
    if ! said=$(keepalived -t -f $run/test.conf 2>&1); then said="keepalived refuses \${new%.new}: $said"
    elif said=$(is_free "$new"); then
      mv "$new" "\${new%.new}"
      continue
    fi
    echo "$said" >&2
    rm -f "$new"
    failed=1
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
quorum)
  # keepalived asks again and again. What cannot be read is no reason to give way.
  table=
  [ ! -e /proc/net/ip_vs ] || table=$(ipvsadm -Sn) || exit 0
  router=$PWD/$2
  cd ${CHECKS_DIRECTORY} 2>/dev/null || exit 0
  # Where all declared weights are 0, nobody is to be healthy.
  lost=$(echo "$table" | without_quorum - | awk 'isRouter { if ($2 == "dev" && sub("/.*", "", $1)) vips[$1]; next }
    $1 in vips && $4 > 0 { print $3, $1, $2 }' isRouter=1 "$router" isRouter= -)
  [ -z "$lost" ] || { echo "no quorum: $lost"; exit 1; }
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

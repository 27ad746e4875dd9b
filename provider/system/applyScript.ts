import { PARTS_DIRECTORY } from "./paths";

/**
 * The program of the systemd units and of udev. `apply` restores every part, `apply network` restores the parts that a
 * network manager may have removed, and `apply interface eth1` sets the sysctls of an interface that has just appeared,
 * before anybody brings the interface up.
 *
 * A part that already exists stays as it is, because a health check may have changed a weight. The VIP of a director
 * waits for its interface and for one of its virtual services, because a VIP without a service refuses clients.
 */
export const APPLY_SCRIPT = `#!/bin/sh
# Makes again what pulumi-lvs has declared on this host: the files of parts.d, in their order. Run by pulumi-lvs.service,
# pulumi-lvs-network@.service and udev. pulumi-lvs writes this file, and repairs it.
#   apply                  everything
#   apply network          what a network manager may have taken away
#   apply interface NAME   the settings of one interface
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
cd ${PARTS_DIRECTORY} 2>/dev/null || exit 0
failed= asked= state=

# Runs a command, and succeeds when it has changed something. What is there already is no failure.
make() {
  said=$("$@" 2>&1 9>&-) && return
  case $said in
    *'File exists'* | *'already assigned'*) ;;
    *'No such file'* | *'Cannot find device'* | *'No such device'* | *unreachable* | *'invalid gateway'* | *'is down'* | *'not up'*)
      echo "not yet: $*: $said" ;;
    *) echo "failed: $*: $said" >&2; failed=1 ;;
  esac
  return 1
}

is_up() {
  read -r flags 2>/dev/null < "/sys/class/net/$1/flags" && [ $((flags & 1)) = 1 ] ||
    { echo "not yet: $1 is not up"; return 1; }
  is_set_up "$1"
}

# nmcli exits with 10 where NetworkManager runs, and does not know the interface yet. A new interface without an address may
# be in state 10 for a moment, before NetworkManager begins with it.
ask_state() {
  asked=$1
  for try in 1 2 3; do
    [ $try = 1 ] || sleep 1 9>&-
    state=$(nmcli -g GENERAL.STATE device show "$1" 2>/dev/null 9>&-) || [ $? != 10 ] || state=unknown
    case $state in 10[!0]*) [ -z "$(ip -o address show dev "$1" scope global 9>&-)" ] || return ;; *) return ;; esac
  done
}

# NetworkManager brings an interface up before it sets it up. With an address on it by then, it takes the interface for
# somebody else's, and leaves it without the addresses of its own. 10: it does not manage it, 100: it has set it up.
is_set_up() {
  [ "$1" = "$asked" ] || ask_state "$1"
  case $state in '' | 10[!0]* | 100*) return 0 ;; esac
  echo "not yet: NetworkManager has not set up $1"
  return 1
}

# Whether IPVS serves a VIP: its address as ipvsadm prints it, and as the kernel lists it.
is_served() {
  grep -qsF " $1:" [67]* || return 0
  grep -qsF " $2:" /proc/net/ip_vs && return
  echo "failed: $1 has no virtual service yet, and so is not added" >&2
  failed=1
  return 1
}

make_all() {
  for part; do [ ! -f "$part" ] || . "./$part"; done
}

if [ "$1" = interface ]; then
  make_all 3*".conf.$2."*
  [ -z "$failed" ]
  exit
fi

# The lock of a change: what it takes away is not made again meanwhile.
if [ -d /run/lock ]; then exec 9</run/lock; else exec 9</run; fi
flock -w 120 9
mode=$1
[ "$mode" = network ] || make_all 1*
make_all 2*
others_failed=$failed failed=
make_all 3*
# A VIP that is not hidden from ARP would draw the director's traffic.
[ -z "$failed" ] || exit 1
failed=$others_failed
make_all 4* 5*
set -- [67]*
if [ "$mode" != network ] && [ -f "$1" ]; then
  # Of several lines the exit code is the last one's; what fails is on standard error (ipvsadm(8) -R).
  said=$(cat "$@" | grep -v '^#' | ipvsadm -R 2>&1 9>&- | grep -v 'already exists')
  [ -z "$said" ] || { echo "failed: ipvsadm -R: $said" >&2; failed=1; }
fi
make_all 8*
[ "$mode" = network ] || make_all 9*
[ -z "$failed" ]
`;

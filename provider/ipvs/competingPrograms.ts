import { command } from "../values/command";
import type { Fact } from "../values/fact";

// The main file of keepalived can include other files, so the script searches the whole directory of the main file. The
// script must not call exit, because one shell runs the commands of several facts (host/shell/groupText.ts).
const FIND_PROGRAMS = `grep -lsxE 'keepalived.*|ldirectord' /proc/[0-9]*/comm | while read -r comm; do
words=$(tr '\\0' '\\n' 2>/dev/null <"\${comm%/comm}/cmdline")
case $words in
*pulumi-lvs*) ;;
*ldirectord*) echo ldirectord ;;
*)
file=$(echo "$words" | sed -n -e '/^-f$/{n;p;q;}' -e '/^--use-file$/{n;p;q;}' -e 's/^-f//p' -e 's/^--use-file=//p')
file=\${file:-/etc/keepalived/keepalived.conf}
if grep -rqsE '^[[:space:]]*virtual_server' "\${file%/*}"; then echo keepalived; fi ;;
esac
done`;

/**
 * The running programs that maintain virtual services from their own configuration files: keepalived, ldirectord. The
 * keepalived that pulumi-lvs starts is left out, and so is a keepalived without virtual services (VRRP only).
 */
export const competingProgramsFact: Fact<readonly string[]> = {
  commands: [command("sh", "-c", FIND_PROGRAMS)],
  parse: ([shown]) => [...new Set((shown?.stdout ?? "").split("\n").filter(Boolean))],
};

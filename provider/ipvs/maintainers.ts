import { command } from "../values/command";
import type { Fact } from "../values/fact";

// Files of keepalived can be split over a directory, so that all files beside the main one are searched. The text must
// not exit, because one shell runs the commands of several facts (host/shell/groupText.ts).
const ASK = `grep -lsxE 'keepalived.*|ldirectord' /proc/[0-9]*/comm | while read -r comm; do
told=$(tr '\\0' '\\n' 2>/dev/null <"\${comm%/comm}/cmdline")
case $told in
*pulumi-lvs*) ;;
*ldirectord*) echo ldirectord ;;
*)
file=$(echo "$told" | sed -n -e '/^-f$/{n;p;q;}' -e 's/^-f//p' -e 's/^--use-file=//p')
file=\${file:-/etc/keepalived/keepalived.conf}
if grep -rqsE '^[[:space:]]*virtual_server' "\${file%/*}"; then echo keepalived; fi ;;
esac
done`;

/**
 * The programs of the user that maintain virtual services by files of their own, and that are running. The keepalived of
 * pulumi-lvs, and one that has no virtual services, are left out.
 */
export const maintainersFact: Fact<readonly string[]> = {
  commands: [command("sh", "-c", ASK)],
  parse: ([shown]) => [...new Set((shown?.stdout ?? "").split("\n").filter(Boolean))],
};

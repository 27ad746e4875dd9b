import { type Command, command, type Result } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import type { Fact } from "../values/fact";
import { listedName, parseList } from "./list";
import type { IpvsTable, ServiceKey } from "./model";
import { parseSavedTable } from "./parse";

// ipvsadm loads ip_vs even to list the table, so that it runs only where ip_vs is loaded. The text must not exit, because
// one shell runs the commands of several facts (host/shell/groupText.ts).
export const whereLoaded = (text: string, ...words: readonly string[]): Command =>
  command("sh", "-c", `if [ -e /proc/net/ip_vs ]; then\n${text}\nfi`, ...words);

/** The exit code of a shell that finds no ipvsadm. */
export const IPVSADM_MISSING = 127;

const ASK_IPVSADM = `if command -v ipvsadm >/dev/null; then ipvsadm -Sn && ipvsadm -Ln --thresholds
else ( exit ${IPVSADM_MISSING} ); fi`;

// The first argument has the names. The lines of real servers follow their virtual service and begin with a space.
const EACH_NAMED = `BEGIN { split(ARGV[1], names, "\\n"); ARGV[1] = ""; for (i in names) named[names[i]] }
!/^ / { isNamed = ($1 " " $2) in named }
isNamed`;

const LIST_NAMED = `awk '${EACH_NAMED}' "$1" /proc/net/ip_vs`;

// The first argument has the beginnings of the lines to find. An error of grep itself is exit code 2.
const ASK_WHERE_NAMED = `grep -qF -e "$1" /proc/net/ip_vs
case $? in
0) ${ASK_IPVSADM} ;;
1) ;;
*) false ;;
esac`;

// The longest argument of a program in bytes (execve(2), MAX_ARG_STRLEN).
const LONGEST_WORD = 131_072;

// The first line of every answer of ipvsadm but that of -S (ipvsadm.c, list_all).
const SECOND_ANSWER = /^IP Virtual Server version /m;

/** The IPVS table of a director, empty where ip_vs is not loaded (ipvsadm(8) -S, -L --thresholds). */
export const tableFact: Fact<IpvsTable> = {
  commands: [whereLoaded(ASK_IPVSADM)],
  parse: ([shown]) => parseShown(shown),
};

/** The IPVS table; empty when none of these virtual services exists, since ipvsadm takes long for a large table. */
export function servicesFact(services: readonly ServiceKey[]): Fact<IpvsTable> {
  const beginnings = services.map((key) => `${listedName(key).replace(" ", "  ")} `).join("\n");
  if (beginnings.length >= LONGEST_WORD) return tableFact;
  return {
    commands: [whereLoaded(ASK_WHERE_NAMED, "sh", beginnings)],
    parse: ([shown]) => parseShown(shown),
  };
}

/** The named virtual services in the kernel's list, which must show all their attributes (proc(5) /proc/net/ip_vs). */
export function listedFact(services: readonly ServiceKey[]): Fact<IpvsTable> {
  const names = services.map(listedName).join("\n");
  if (names.length >= LONGEST_WORD) return tableFact;
  return {
    commands: [whereLoaded(LIST_NAMED, "sh", names)],
    parse([listed]) {
      if (listed?.exitCode !== 0) throw commandError("read /proc/net/ip_vs", listed);
      return parseList(listed.stdout);
    },
  };
}

function parseShown(shown: Result | undefined): IpvsTable {
  if (shown?.exitCode === IPVSADM_MISSING) throw ipvsadmMissing();
  if (shown?.exitCode !== 0) throw commandError("read the IPVS table", shown);
  return parseBoth(shown);
}

function parseBoth({ stdout }: Result): IpvsTable {
  const start = stdout.search(SECOND_ANSWER);
  if (start >= 0) return parseSavedTable(stdout.slice(0, start), stdout.slice(start));
  if (stdout.trim() === "") return {};
  throw new LvsError("parse", `cannot read the IPVS table: it has no thresholds\n${stdout}`);
}

export function ipvsadmMissing(): LvsError {
  return new LvsError(
    "input",
    "ip_vs is loaded, but ipvsadm is not there to show its table: install it " +
      "(Debian: apt-get install ipvsadm; RHEL: dnf install ipvsadm)",
  );
}

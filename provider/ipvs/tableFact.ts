import { type Command, command, type Result } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import type { Fact } from "../values/fact";
import { listedName, parseList } from "./list";
import type { EndpointKey, IpvsTable } from "./model";
import { parseSavedTable } from "./parse";

// ipvsadm loads ip_vs when it is not there, even to list: then the table is empty and ipvsadm is not asked. A text may
// not end its shell, which is that of others who look (host/shell/groupText.ts), and a shell of its own takes time.
export const whereLoaded = (text: string, ...words: readonly string[]): Command =>
  command("sh", "-c", `if [ -e /proc/net/ip_vs ]; then\n${text}\nfi`, ...words);

/** The exit code of a shell that does not find a program. */
export const IPVSADM_MISSING = 127;

const ASK_IPVSADM = `if command -v ipvsadm >/dev/null; then ipvsadm -Sn && ipvsadm -Ln --thresholds
else ( exit ${IPVSADM_MISSING} ); fi`;

// The names are a word of this text. Below a virtual service, with a space in front, are its real servers.
const EACH_NAMED = `BEGIN { split(ARGV[1], names, "\\n"); ARGV[1] = ""; for (i in names) named[names[i]] }
!/^ / { isNamed = ($1 " " $2) in named }
isNamed`;

const LIST_NAMED = `awk '${EACH_NAMED}' "$1" /proc/net/ip_vs`;

// The beginnings of their lines are a word of this text. grep itself fails with 2.
const ASK_WHERE_NAMED = `grep -qF -e "$1" /proc/net/ip_vs
case $? in
0) ${ASK_IPVSADM} ;;
1) ;;
*) false ;;
esac`;

// execve(2), MAX_ARG_STRLEN.
const LONGEST_WORD = 131_072;

// ipvsadm.c, list_all: the first line of every answer but -S.
const SECOND_ANSWER = /^IP Virtual Server version /m;

/** The IPVS table of a director, empty where ip_vs is not loaded (ipvsadm(8) -S, -L --thresholds). */
export const tableFact: Fact<IpvsTable> = {
  commands: [whereLoaded(ASK_IPVSADM)],
  parse: ([shown]) => parseShown(shown),
};

/** The same, and empty without asking ipvsadm, which takes its time for a large table, when none of these is there. */
export function servicesFact(services: readonly EndpointKey[]): Fact<IpvsTable> {
  const beginnings = services.map((key) => `${listedName(key).replace(" ", "  ")} `).join("\n");
  if (beginnings.length >= LONGEST_WORD) return tableFact;
  return {
    commands: [whereLoaded(ASK_WHERE_NAMED, "sh", beginnings)],
    parse: ([shown]) => parseShown(shown),
  };
}

/** Those of the kernel's list that are named: of virtual services that it shows whole (proc(5) /proc/net/ip_vs). */
export function listedFact(services: readonly EndpointKey[]): Fact<IpvsTable> {
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

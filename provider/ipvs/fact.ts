import { type Command, command, type Fact, type Result } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import { listedName, parseList } from "./list";
import type { EndpointKey, IpvsTable } from "./model";
import { parseSavedTable } from "./parse";

// ipvsadm loads ip_vs when it is not there, even to list: then the table is empty and ipvsadm is not asked.
const ONLY_WHERE_LOADED = "[ -e /proc/net/ip_vs ] || exit 0";

/** In parentheses: it may end its own shell, and not that of others who look (host/groupText.ts). */
const asking = (...lines: readonly string[]): Command =>
  command("sh", "-c", `(\n${lines.join("\n")}\n)`);

const ASK_IPVSADM = `command -v ipvsadm >/dev/null || exit 127
ipvsadm -Sn && ipvsadm -Ln --thresholds`;

// The names are on standard input. Below a virtual service, with a space in front, are its real servers.
const EACH_NAMED =
  'NR == FNR { named[$1 " " $2]; next } !/^ / { isNamed = ($1 " " $2) in named } isNamed';

const LIST_NAMED = `awk '${EACH_NAMED}' - /proc/net/ip_vs`;

// The beginnings of their lines are a word of this text. grep itself fails with 2.
const ONLY_WHERE_NAMED = `grep -qF -e "$1" /proc/net/ip_vs
case $? in 0) ;; 1) exit 0 ;; *) exit 1 ;; esac`;

// execve(2), MAX_ARG_STRLEN.
const LONGEST_WORD = 131_072;

// ipvsadm.c, list_all: the first line of every answer but -S.
const SECOND_ANSWER = /^IP Virtual Server version /m;

/** The IPVS table of a director, empty where ip_vs is not loaded (ipvsadm(8) -S, -L --thresholds). */
export const tableFact: Fact<IpvsTable> = {
  commands: [asking(ONLY_WHERE_LOADED, ASK_IPVSADM)],
  parse: ([shown]) => parseShown(shown),
};

/** The same, and empty without asking ipvsadm, which takes its time for a large table, when none of these is there. */
export function servicesFact(services: readonly EndpointKey[]): Fact<IpvsTable> {
  const beginnings = services.map((key) => `${listedName(key).replace(" ", "  ")} `).join("\n");
  if (beginnings.length >= LONGEST_WORD) return tableFact;
  const { argv } = asking(ONLY_WHERE_LOADED, ONLY_WHERE_NAMED, ASK_IPVSADM);
  return {
    commands: [command(...argv, "sh", beginnings)],
    parse: ([shown]) => parseShown(shown),
  };
}

/** Those of the kernel's list that are named: of virtual services that it shows whole (proc(5) /proc/net/ip_vs). */
export function listedFact(services: readonly EndpointKey[]): Fact<IpvsTable> {
  return {
    commands: [{ ...asking(ONLY_WHERE_LOADED, LIST_NAMED), stdin: names(services) }],
    parse([listed]) {
      if (listed?.exitCode !== 0) throw commandError("read /proc/net/ip_vs", listed);
      return parseList(listed.stdout);
    },
  };
}

function names(services: readonly EndpointKey[]): string {
  return services.map((key) => `${listedName(key)}\n`).join("");
}

function parseShown(shown: Result | undefined): IpvsTable {
  if (shown?.exitCode === 127) throw ipvsadmMissing();
  if (shown?.exitCode !== 0) throw commandError("read the IPVS table", shown);
  return parseBoth(shown);
}

function parseBoth({ stdout }: Result): IpvsTable {
  const start = stdout.search(SECOND_ANSWER);
  if (start >= 0) return parseSavedTable(stdout.slice(0, start), stdout.slice(start));
  if (stdout.trim() === "") return {};
  throw new LvsError("parse", `cannot read the IPVS table: it has no thresholds\n${stdout}`);
}

function ipvsadmMissing(): LvsError {
  return new LvsError(
    "input",
    "ip_vs is loaded, but ipvsadm is not there to show its table: install it " +
      "(Debian: apt-get install ipvsadm; RHEL: dnf install ipvsadm)",
  );
}

import { command, type Fact, type Result } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import type { IpvsTable } from "./model";
import { parseSavedTable } from "./parse";

// ipvsadm loads ip_vs when it is not there, even to list: then the table is empty and ipvsadm is not asked.
// A login shell of a user without root has no sbin in its PATH.
const SHOW = `[ -e /proc/net/ip_vs ] || exit 0
PATH=$PATH:/usr/sbin:/sbin
command -v ipvsadm >/dev/null || exit 127
ipvsadm -Sn && ipvsadm -Ln --thresholds`;

// ipvsadm.c, list_all: the first line of every answer but -S.
const SECOND_ANSWER = /^IP Virtual Server version /m;

/** The IPVS table of a director, empty where ip_vs is not loaded (ipvsadm(8) -S, -L --thresholds). */
export const tableFact: Fact<IpvsTable> = {
  commands: [command("sh", "-c", SHOW)],
  parse([shown]) {
    if (shown?.exitCode === 127) throw ipvsadmMissing();
    if (shown?.exitCode !== 0) throw commandError("read the IPVS table", shown);
    return parseBoth(shown);
  },
};

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

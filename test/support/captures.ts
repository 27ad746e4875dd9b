import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Facts, facts as knownFacts } from "../../provider/registry/facts";
import type { Result } from "../../provider/values/command";
import type { Fact, FactName } from "../../provider/values/fact";

/** Hosts whose output of all facts' commands was recorded, with the versions of iproute2 and Linux. */
export const captures = {
  directorClean: "director.clean.iproute2-6.1.linux-6.1",
  directorCluster: "director.cluster.iproute2-6.1.linux-6.1",
  realServerClean: "realServer.clean.iproute2-6.1.linux-6.1",
  realServerEverything: "realServer.everything.iproute2-6.1.linux-6.1",
  newerDirectorClean: "director.clean.iproute2-6.15.linux-6.12",
  newerDirectorCluster: "director.cluster.iproute2-6.15.linux-6.12",
  newerRealServerEverything: "realServer.everything.iproute2-6.15.linux-6.12",
} as const;

export type CaptureName = keyof typeof captures;

/** The text of a fixture. */
export function fixture(path: string): string {
  return readFileSync(join(__dirname, "../fixtures", path), "utf8");
}

/** The recorded output of the commands of a fact. The output of each command follows a line such as `@@@ links.0`. */
export function answersOf(capture: CaptureName, fact: FactName): Result[] {
  const sections = fixture(`hosts/${captures[capture]}.txt`).split(/^@@@ /m);
  return knownFacts[fact].commands.map((_, index) => {
    const title = `${fact}.${index}\n`;
    const section = sections.find((one) => one.startsWith(title));
    // The recordings are older than these facts, and the hosts had none of these files.
    const later = ["boot", "healthChecks", "healthLog", "failover", "competingPrograms"];
    if (section === undefined && later.includes(fact)) return answered("");
    if (section === undefined) throw new Error(`${capture} has no ${fact}.${index}`);
    return answered(section.slice(title.length));
  });
}

/** The result of a successful command. */
export function answered(stdout: string): Result {
  return { stdout, stderr: "", exitCode: 0 };
}

/** A fact of a recorded host. */
export function factOf<Name extends FactName>(capture: CaptureName, name: Name): Facts[Name] {
  const fact = knownFacts[name] as unknown as Fact<Facts[Name]>;
  return fact.parse(answersOf(capture, name));
}

/** All facts of a recorded host except statistics, which no kind reads. A test can replace some of the facts. */
export function factsOf(capture: CaptureName, otherwise: Partial<Facts> = {}): Facts {
  const names = (Object.keys(knownFacts) as FactName[]).filter((name) => name !== "statistics");
  const entries = names.map((name) => [name, factOf(capture, name)]);
  return { ...Object.fromEntries(entries), ...otherwise } as Facts;
}

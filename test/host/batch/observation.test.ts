import { describe, expect, it } from "vitest";
import { Query } from "../../../provider/host/batch/query";
import { type EndpointKey, serviceKeyText } from "../../../provider/ipvs/model";
import { listedFact, servicesFact } from "../../../provider/ipvs/tableFact";
import { virtualServiceType } from "../../../provider/ipvs/virtualServicePart";
import { journalFact } from "../../../provider/journal/file";
import { neededModulesFact } from "../../../provider/network/modules";
import { facts as factRegistry } from "../../../provider/registry/facts";
import type { Command } from "../../../provider/values/command";
import type { FactName } from "../../../provider/values/fact";
import { web } from "../../support/builders";
import { owner } from "../../support/claims";
import { WorkingHost } from "../../support/workingHost";
import { wants } from "./support/requests";

const host = new WorkingHost();
const wanted: readonly FactName[] = ["ipvs", "links", "routes"];
const query = Query.forRequests([
  { facts: wanted, change: undefined },
  { facts: ["links"], change: undefined },
]);

function read(query: Query) {
  return query.parse(query.commands.map((group) => group.map(({ run }) => host.run(run))));
}

/** The names of the facts that a query reads, and `journal`. */
function namesIn(query: Query): string[] {
  const all = Object.entries({ journal: journalFact, ...factRegistry });
  const nameOf = (run: Command) =>
    all.find(([, { commands }]) =>
      commands.some((command) => command.argv.join() === run.argv.join()),
    );
  return [...new Set(query.commands.flat().map(({ run }) => nameOf(run)?.[0] ?? "unknown"))];
}

const step = { run: { argv: ["true"] }, description: "change something" };

describe("Query", () => {
  it("reads each fact of several requests once, and the journal", () => {
    expect(namesIn(query)).toEqual(["journal", ...wanted]);
    expect(Object.keys(read(query).snapshot(wanted).facts)).toEqual(wanted);
  });

  it("reads again what steps may have changed: all facts, unless the steps name facts", () => {
    const known = read(query);
    expect(namesIn(query.afterSteps([{ ...step, changes: ["ipvs"] }], known))).toEqual(["ipvs"]);
    expect(namesIn(query.afterSteps([{ ...step, changes: ["ipvs"] }, step], known))).toEqual(
      wanted,
    );
    expect(namesIn(query.afterSteps([], known))).toEqual([]);
  });
});

describe("missing results", () => {
  it("are an error, and not an empty fact", () => {
    const query = Query.forRequests([{ facts: ["links", "tools"], change: undefined }]);
    const [journal, links] = query.commands.map((group) => group.map(({ run }) => host.run(run)));
    const observation = query.parse([journal ?? [], links ?? [], [undefined]]);
    expect(() => observation.snapshot(["tools"])).toThrow("the reading process was killed there");
    expect(observation.hasFacts(["links"])).toBe(true);
    expect(() => query.parse([[undefined], [undefined], [undefined]])).toThrow("was killed there");
  });
});

describe("a query of changes that read one virtual service each", () => {
  const change = (...services: EndpointKey[]) => ({
    ...{ facts: ["ipvs"] as const, change: { ...wants(owner("any"), []), services } },
  });
  const other = { ...web, port: 81 };
  const persistent = { ...web, port: 82 };
  const made = (...lines: string[]) => {
    return virtualServiceType.set(serviceKeyText(web), `${lines.join("\n")}\n`, undefined);
  };
  const plain = made("-A -t 192.0.2.80:80 -s rr");
  const servicesIn = (query: Query) =>
    Object.keys(readDirector(query).snapshot(["ipvs"]).facts.ipvs);
  const director = new WorkingHost({
    ipvs: ["-A -t 192.0.2.80:80 -s rr", "-A -t 192.0.2.80:82 -s rr -p 60"],
  });
  const readDirector = (query: Query) =>
    query.parse(query.commands.map((group) => group.map(({ run }) => director.run(run))));

  it("runs ipvsadm only if one of the services exists", () => {
    expect(servicesIn(Query.forRequests([change(other)]))).toEqual([]);
    expect(servicesIn(Query.forRequests([change(other), change(web)]))).toEqual([
      "tcp 192.0.2.80:80",
      "tcp 192.0.2.80:82",
    ]);
  });

  it("reads the whole table if a request needs all of it", () => {
    for (const change of [undefined, wants(owner("all"), [])]) {
      const all = Query.forRequests([{ facts: ["ipvs"], change }]);
      expect(namesIn(all)).toEqual(["journal", "ipvs"]);
    }
    const mixed = Query.forRequests([change(other), { facts: ["ipvs"], change: undefined }]);
    expect(namesIn(mixed)).toEqual(["journal", "ipvs"]);
  });

  it("reads a new service from the kernel's list, if that shows all of the service", () => {
    const query = Query.forRequests([change(web)]);
    const after = query.afterSteps(plain, readDirector(query));
    expect(after.commands.flat().map(({ run }) => run)).toEqual(listedFact([web]).commands);
    expect(servicesIn(after)).toEqual(["tcp 192.0.2.80:80"]);
  });

  // The list shows neither how long a service is persistent nor its scheduler flags.
  it.each([
    ["a service is not new", [change(web), change(persistent)], plain],
    [
      "the list does not show all of the service",
      [change(web)],
      made("-A -t 192.0.2.80:80 -s rr -p 60"),
    ],
    ["another step may have changed the table", [change(web)], [...plain, step]],
    [
      "the service existed before",
      [change(web)],
      virtualServiceType.set("", "-A -t 192.0.2.80:80 -s rr\n", "-A -t 192.0.2.80:80 -s wlc\n"),
    ],
  ])("reads the table if %s", (_, requests, steps) => {
    const query = Query.forRequests(requests);
    const services = requests.flatMap(({ change }) => change.services);
    const commands = query
      .afterSteps(steps, readDirector(query))
      .commands.flat()
      .map(({ run }) => run);
    expect(commands).toEqual(servicesFact(services).commands);
  });
});

describe("a query of changes that need some modules", () => {
  const needs = (...modules: string[]) => ({
    ...{ facts: ["modules"] as const, change: { ...wants(owner("any"), []), modules } },
  });
  const commandOf = (...requests: Parameters<typeof Query.forRequests>[0]) =>
    Query.forRequests(requests).commands.at(-1)?.[0]?.run;

  it("reads each of them once", () => {
    const command = commandOf(needs("ip_vs", "ip_vs_rr"), needs("ip_vs", "ip_vs_wlc"));
    expect(command).toEqual(neededModulesFact(["ip_vs", "ip_vs_rr", "ip_vs_wlc"]).commands[0]);
  });

  it("reads all modules if a request may need any", () => {
    for (const change of [undefined, wants(owner("all"), [])])
      expect(commandOf(needs("ip_vs"), { facts: ["modules"], change })).toEqual(
        factRegistry.modules.commands[0],
      );
  });
});

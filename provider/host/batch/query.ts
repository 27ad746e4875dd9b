import {
  type ConnectionCounts,
  connectionsFact,
  type ServiceRealServer,
  serviceConnectionsFact,
} from "../../ipvs/connections";
import { type EndpointKey, type ServiceKey, serviceKeyText } from "../../ipvs/model";
import { listedFact, servicesFact } from "../../ipvs/tableFact";
import { type JournalFile, journalFact } from "../../journal/file";
import { neededModulesFact } from "../../network/modules";
import { facts as factRegistry } from "../../registry/facts";
import type { Result } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Fact, FactName } from "../../values/fact";
import type { Step } from "../../values/step";
import type { Group } from "../shell";
import type { Change } from "./change";
import { type FactOutcome, Observation } from "./observation";
import type { HostRequest } from "./request";

type Reader = Pick<HostRequest, "facts" | "change">;

/** The facts of a host that the requests of a batch need, read in one round trip. */
export class Query {
  private constructor(
    private readonly facts: ReadonlyMap<FactName, Fact<unknown>>,
    /** The virtual services that are read; undefined for the whole IPVS table. */
    private readonly services: readonly ServiceKey[] | undefined,
    /** What need not be read again: the journal, and the facts that this query leaves out. */
    private readonly known?: Observation,
    /** The real servers whose connections are counted. */
    private readonly countedServers: readonly ServiceRealServer[] = [],
    /** The virtual services whose connections are counted. */
    private readonly countedServices: readonly EndpointKey[] = [],
  ) {}

  /** The query for these requests. The journal is read as well, unless its file is given. */
  static forRequests(requests: readonly Reader[], journalFile?: JournalFile): Query {
    const services = unionOf(requests, "ipvs", (change) => change.services);
    const modules = unionOf(requests, "modules", (change) => change.modules);
    const names = new Set(requests.flatMap((request) => request.facts));
    const facts = new Map([...names].map((name) => [name, factRegistry[name] as Fact<unknown>]));
    if (services) facts.set("ipvs", servicesFact(services));
    if (modules) facts.set("modules", neededModulesFact([...new Set(modules)]));
    const known = journalFile && new Observation(journalFile, new Map());
    const countedServices = requests.flatMap(({ change }) =>
      journalFile ? (change?.counted?.(journalFile.journal) ?? []) : [],
    );
    return new Query(facts, services, known, [], countedServices);
  }

  /** The query for the journal alone. */
  static forJournal(): Query {
    return Query.forRequests([]);
  }

  /** The query that reads again only the facts that these steps may have changed. */
  afterSteps(steps: readonly Step[], known: Observation): Query {
    const changing = (name: FactName) =>
      steps.filter(({ changes }) => changes === undefined || changes.includes(name));
    const facts = new Map([...this.facts].filter(([name]) => changing(name).length > 0));
    // The kernel's list is faster to read than ipvsadm, and shows all of these new services.
    const listed = new Set(changing("ipvs").map((step) => step.makesListed));
    const isListed = (service: ServiceKey) => listed.has(serviceKeyText(service));
    if (facts.has("ipvs") && !listed.has(undefined) && this.services?.every(isListed))
      facts.set("ipvs", listedFact(this.services));
    return new Query(facts, this.services, known);
  }

  /** The same query, which also counts the connections of these real servers. */
  counting(realServers: readonly ServiceRealServer[]): Query {
    return new Query(this.facts, this.services, this.known, realServers);
  }

  /** A group for each command. A command may fail: the fact's parser decides what the failure means. */
  get commands(): Group[] {
    const facts = [
      ...(this.known ? [] : [journalFact as Fact<unknown>]),
      ...this.facts.values(),
      ...(this.countedServers.length > 0 ? [connectionsFact(this.countedServers)] : []),
      ...(this.countedServices.length > 0 ? [serviceConnectionsFact(this.countedServices)] : []),
    ];
    return facts.flatMap((fact) =>
      fact.commands.map((run) => [{ run, mayFail: true, readOnly: true }]),
    );
  }

  /** Parses the results of the commands. A fact that cannot be parsed fails only the requests that need the fact. */
  parse(groupResults: readonly (readonly (Result | undefined)[])[]): Observation {
    const results = groupResults.map((group) => group[0]);
    let position = 0;
    const parseNext = <T>(fact: Fact<T>): T => {
      const factResults = results.slice(position, position + fact.commands.length);
      position += fact.commands.length;
      return fact.parse(factResults.map(requireResult));
    };
    const journalFile = this.known ? this.known.journalFile : parseNext(journalFact);
    const outcomes = [...this.facts].map(([name, fact]): [FactName, FactOutcome] => [
      name,
      attempt(() => parseNext(fact)),
    ]);
    const { countedServers, countedServices } = this;
    const ofServers = attempt(() =>
      countedServers.length > 0 ? parseNext(connectionsFact(countedServers)) : new Map(),
    );
    const ofServices = attempt(
      () => countedServices.length > 0 && parseNext(serviceConnectionsFact(countedServices)),
    );
    // A count that failed is made later, after the real servers are quiesced.
    const atFirst =
      "value" in ofServices && ofServices.value
        ? (ofServices.value as ConnectionCounts)
        : undefined;
    const all = new Map([...(this.known?.outcomes ?? []), ...outcomes]);
    return new Observation(journalFile, all, ofServers, atFirst ?? this.known?.atFirst);
  }
}

/**
 * The elements of a fact that its readers need together. Undefined if no request reads the fact, or if one request needs
 * the whole fact.
 */
function unionOf<T>(
  requests: readonly Reader[],
  fact: FactName,
  neededBy: (change: Change) => readonly T[] | undefined,
): readonly T[] | undefined {
  const readers = requests.filter((request) => request.facts.includes(fact));
  const lists = readers.map(({ change }) => change && neededBy(change));
  return lists.length === 0 || lists.includes(undefined)
    ? undefined
    : lists.flatMap((list) => list ?? []);
}

/** Read-only commands share a process: if that is killed, the commands after it have no result. */
function requireResult(result: Result | undefined): Result {
  if (result) return result;
  throw new LvsError("command", "cannot read the host: the reading process was killed there");
}

function attempt(parse: () => unknown): FactOutcome {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}

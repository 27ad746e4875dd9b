import type { Result } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import type { Fact } from "../values/fact";
import { eachLine } from "./savedLines";
import type { RealServerCounters, ServiceCounters, Statistics, Traffic } from "./statistics";
import { IPVSADM_MISSING, ipvsadmMissing, whereLoaded } from "./tableFact";
import { listedEndpoint, readServiceName } from "./thresholds";

// --exact prints whole numbers instead of "12K" (ipvsadm(8)).
const ASK_COUNTERS = `if command -v ipvsadm >/dev/null
then ipvsadm -Ln --thresholds && ipvsadm -Ln --stats --exact && ipvsadm -Ln --rate --exact
else ( exit ${IPVSADM_MISSING} ); fi`;

/** The counters of a director, empty where ip_vs is not loaded (ipvsadm(8) -L --stats, --rate). */
export const statisticsFact: Fact<Statistics> = {
  commands: [whereLoaded(ASK_COUNTERS)],
  parse([shown]) {
    if (shown?.exitCode === IPVSADM_MISSING) throw ipvsadmMissing();
    if (shown?.exitCode !== 0) throw commandError("read the statistics of IPVS", shown);
    return parseStatistics(shown);
  },
};

// The second title line names the columns (ipvsadm.c, print_title).
const titles = {
  connections: /^Prot LocalAddress:Port +Uthreshold +Lthreshold +ActiveConn +InActConn *$/,
  totals: /^Prot LocalAddress:Port +Conns +InPkts +OutPkts +InBytes +OutBytes *$/,
  rates: /^Prot LocalAddress:Port +CPS +InPPS +OutPPS +InBPS +OutBPS *$/,
} as const;

/** The figures of a virtual service and its real servers in the output of one ipvsadm command. */
interface ServiceFigures {
  readonly figures: readonly number[];
  readonly realServers: Map<string, readonly number[]>;
}

type Figures = ReadonlyMap<string, ServiceFigures>;

function parseStatistics({ stdout }: Result): Statistics {
  if (stdout.trim() === "") return new Map();
  const [, connections, totals, rates, ...others] = stdout.split(
    /^IP Virtual Server version .*\n/m,
  );
  if (connections === undefined || totals === undefined || rates === undefined || others.length > 0)
    throw new LvsError("parse", `cannot read the statistics of IPVS: not three answers\n${stdout}`);
  return mergeFigures(
    parseFigures("--thresholds", connections, titles.connections),
    parseFigures("--stats", totals, titles.totals),
    parseFigures("--rate", rates, titles.rates),
  );
}

/** Merges the three outputs. An entry that is missing in one is left out, because the table changed in between. */
function mergeFigures(connections: Figures, totals: Figures, rates: Figures): Statistics {
  const services = [...connections].flatMap(([name, { realServers }]) => {
    const [total, rate] = [totals.get(name), rates.get(name)];
    if (!total || !rate) return [];
    const counters: ServiceCounters = {
      totals: trafficOf(total.figures),
      rates: trafficOf(rate.figures),
      realServers: new Map(
        [...realServers].flatMap(([key, figures]) => {
          const [own, current] = [total.realServers.get(key), rate.realServers.get(key)];
          return own && current ? [[key, countersOf(figures, own, current)]] : [];
        }),
      ),
    };
    return [[name, counters] as const];
  });
  return new Map(services);
}

function countersOf(
  [, , active = 0, inactive = 0]: readonly number[],
  totals: readonly number[],
  rates: readonly number[],
): RealServerCounters {
  return { active, inactive, totals: trafficOf(totals), rates: trafficOf(rates) };
}

function trafficOf(figures: readonly number[]): Traffic {
  const [connections = 0, packetsIn = 0, packetsOut = 0, bytesIn = 0, bytesOut = 0] = figures;
  return { connections, packetsIn, packetsOut, bytesIn, bytesOut };
}

// A real server has four or five figures. A virtual service has none in the output of --thresholds.
const figuresAtEnd = /((?: +\d+){4,5}) *$/;
const realServerLine = /^ {2}-> (\S+) /;

function parseFigures(option: string, text: string, title: RegExp): Figures {
  const services = new Map<string, ServiceFigures>();
  let last: ServiceFigures | undefined;
  eachLine(`ipvsadm -Ln ${option}`, text, (line, refuse, index) => {
    if (index === 0)
      return title.test(line) ? undefined : refuse("it is not the title that is known");
    if (line === "  -> RemoteAddress:Port") return;
    const figures = figuresAtEnd.exec(line)?.[1]?.trim().split(/ +/).map(Number);
    const [, realServer] = realServerLine.exec(line) ?? [];
    if (realServer === undefined) {
      last = { figures: figures ?? [], realServers: new Map() };
      services.set(readServiceName(line, refuse), last);
      return;
    }
    const service = last ?? refuse("no virtual service is before it");
    const key = listedEndpoint(realServer, refuse);
    service.realServers.set(key, figures ?? refuse("it has no figures"));
  });
  return services;
}

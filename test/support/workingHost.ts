import { connectionsFact } from "../../provider/ipvs/connections";
import { listedFact, servicesFact } from "../../provider/ipvs/tableFact";
import { journalFact, writeJournal } from "../../provider/journal/file";
import type { Journal } from "../../provider/journal/journal";
import { CHECKS_DIRECTORY, HEALTH } from "../../provider/keepalived/paths";
import { FAILOVER, FAILOVER_DIRECTORY } from "../../provider/keepalived/vrrp/paths";
import { neededModulesFact } from "../../provider/network/modules";
import { type Facts, facts as knownFacts } from "../../provider/registry/facts";
import type { Command, Result } from "../../provider/values/command";
import type { Fact } from "../../provider/values/fact";
import type { Step } from "../../provider/values/step";
import { WorkingTable } from "./ipvsTable";
import { WorkingBoot } from "./workingBoot";
import { WorkingCommit } from "./workingCommit";
import { WorkingKeepalived } from "./workingKeepalived";
import { WorkingModules } from "./workingModules";
import { WorkingNetwork } from "./workingNetwork";

const TOOLS = [
  "ipvsadm",
  "ip",
  "modprobe",
  "sysctl",
  "arping",
  "awk",
  "keepalived",
  "perl",
  "systemd",
];

const onlyCommand = ({ commands }: Fact<unknown>) => commands[0] as Command;

/** The text of a command without the parameters of a shell text. */
const textOf = (argv: readonly string[]) =>
  JSON.stringify(argv[0] === "sh" ? argv.slice(0, 3) : argv);

/** The initial state of a test's host, besides lo and eth1. */
export interface HostWords {
  readonly addresses?: readonly string[];
  readonly modules?: readonly string[];
  readonly ipvs?: readonly string[];
  readonly journal?: Journal;
}

/**
 * A working host in memory. The host runs the commands of our steps like Linux and iproute2, and answers the commands of
 * our facts from its state. It knows nothing of plans, claims or resources.
 */
export class WorkingHost {
  readonly modules: Set<string>;
  /** The modules that a module needs, as depmod records them. */
  readonly moduleNeeds = new Map<string, readonly string[]>();
  readonly network: WorkingNetwork;
  readonly table = new WorkingTable();
  readonly tools = new Set(TOOLS);
  /** The commands that tried to change the host, as texts. */
  readonly changes: string[] = [];
  /** The connections that carry data, by the kernel's names of both ends: `TCP C0000250:0050 0A000005:0050`. */
  readonly connections = new Map<string, number>();
  management = "10.255.0.2 40000 10.255.0.15 22";
  /** The programs that maintain virtual services of their own. */
  readonly competingPrograms: string[] = [];
  journal: string | undefined;
  readonly boot = new WorkingBoot();
  readonly health = new WorkingKeepalived(CHECKS_DIRECTORY, HEALTH);
  readonly failover = new WorkingKeepalived(FAILOVER_DIRECTORY, FAILOVER);
  readonly commit = new WorkingCommit(this);
  private readonly kernel: WorkingModules;
  /** The messages of commands that fail, by a pattern of the command's text. */
  readonly failures = new Map<RegExp, string>();

  constructor({ addresses = ["192.0.2.2/24"], modules = [], ipvs, journal }: HostWords = {}) {
    this.modules = new Set(modules);
    this.kernel = new WorkingModules(this.modules, this.moduleNeeds, this.table);
    this.network = new WorkingNetwork(addresses);
    if (ipvs) {
      this.modules.add("ip_vs");
      this.table.restore(ipvs.join("\n"));
    }
    if (journal) this.keep(journal);
  }

  /** All facts, read by our parsers. */
  facts(): Facts {
    const read = ([name, fact]: [string, unknown]) => [name, this.ask(fact as Fact<unknown>)];
    return Object.fromEntries(Object.entries(knownFacts).map(read)) as unknown as Facts;
  }

  claims(): Journal {
    return this.ask(journalFact).journal;
  }

  /** Writes the journal like a change. */
  keep(journal: Journal): void {
    const { run } = writeJournal(this.ask(journalFact), journal, true);
    if (run) this.run(run);
  }

  /** Runs steps, and throws when a step fails. */
  carryOut(steps: readonly Step[]): void {
    for (const step of steps) {
      const { exitCode, stderr } = this.run(step.run);
      const hasFailed = exitCode !== 0 || (step.failsOnStderr && stderr !== "");
      if (hasFailed && !step.mayFail) throw new Error(`${step.run.argv.join(" ")}: ${stderr}`);
    }
  }

  /** Whether a command only reads. */
  isQuestion(command: Command): boolean {
    return this.answers(command).has(textOf(command.argv));
  }

  run(command: Command): Result {
    const answer = this.answers(command).get(textOf(command.argv));
    if (answer !== undefined) return { stdout: answer, stderr: "", exitCode: 0 };
    const text = [...command.argv, command.stdin ?? ""].join(" ").trim();
    const failure = [...this.failures].find(([pattern]) => pattern.test(text))?.[1];
    if (failure !== undefined) return { stdout: "", stderr: failure, exitCode: 1 };
    if (this.commit.knows(command)) return this.commit.run(command);
    if (this.health.knows(command)) return this.health.run(command);
    if (this.failover.knows(command)) return this.failover.run(command);
    if (this.weigh(command)) return { stdout: "", stderr: "", exitCode: 0 };
    if (this.boot.knows(command)) return this.boot.run(command);
    if (!text.includes("journal.jsonl")) this.changes.push(text);
    if (command.argv[0] === "ipvsadm") return { stdout: "", ...this.ipvsadm(command) };
    const stderr = this.change(command);
    return { stdout: "", stderr, exitCode: stderr === "" ? 0 : 1 };
  }

  /** A weight that nobody has changed since it was seen (provider/ipvs/virtualServicePart.ts, CORRECT_WEIGHT). */
  private weigh({ argv }: Command): boolean {
    const [, , text = "", , seen = "", ...words] = argv;
    if (!text.startsWith("seen=$1")) return false;
    if (this.table.saved().split("\n").includes(seen)) this.table.restore(words.join(" "));
    return true;
  }

  private ask<T>(fact: Fact<T>): T {
    return fact.parse(fact.commands.map((command) => this.run(command)));
  }

  /** The current output of each command of a fact, also of those with parameters. */
  private answers({ argv, stdin = "" }: Command): Map<string, string> {
    const { network } = this;
    const texts: Record<keyof Facts, readonly string[]> = {
      modules: [this.kernel.show(["all"])],
      links: [network.showLinks()],
      sysctls: [network.showSysctls()],
      routes: [network.showRoutes()],
      rules: network.showRules(),
      tools: [[...this.tools].join("\n")],
      management: [this.management],
      filters: [""],
      ipvs: [this.showTable()],
      statistics: [""],
      boot: [this.boot.show()],
      healthChecks: [this.health.show()],
      healthLog: [""],
      failover: [this.showFailover()],
      competingPrograms: [this.competingPrograms.join("\n")],
    };
    const named = argv.slice(4);
    const names = (argv[4] ?? "").split("\n");
    const isNamed = this.isListed(names);
    const known = Object.entries(knownFacts).flatMap(([name, { commands }]) =>
      commands.map((one, at) => [one, texts[name as keyof Facts][at] ?? ""] as const),
    );
    const all = [
      ...known,
      [onlyCommand(neededModulesFact([])), this.kernel.show(named)] as const,
      [onlyCommand(journalFact), this.journal ?? ""] as const,
      [onlyCommand(servicesFact([])), isNamed ? this.showTable() : ""] as const,
      [onlyCommand(listedFact([])), this.showListed(names)] as const,
      [onlyCommand(connectionsFact([])), this.countConnections(stdin.split("\n"))] as const,
    ];
    return new Map(all.map(([one, text]) => [textOf(one.argv), text]));
  }

  private showFailover(): string {
    const shown = this.failover.show();
    return shown === "" ? "" : `${shown}running\n`;
  }

  private showTable(): string {
    return this.modules.has("ip_vs") ? this.table.saved() + this.table.thresholds() : "";
  }

  /** The lines of the kernel's list for virtual services with these names. */
  private showListed(names: readonly string[]): string {
    const services = this.table.listed().split(/^(?! )/m);
    const isNamed = (text: string) => names.includes(text.split(/ +/, 2).join(" "));
    return this.modules.has("ip_vs") ? services.filter(isNamed).join("") : "";
  }

  private countConnections(names: readonly string[]): string {
    const counted = [...this.connections].filter(([, count]) => count > 0);
    const countOf = (name: string) =>
      counted
        .filter(([one]) => one === name || (name !== "" && one.startsWith(`${name} `)))
        .reduce((sum, [, count]) => sum + count, 0);
    const found = names.filter((name) => countOf(name) > 0);
    return found.map((name) => `${name} ${countOf(name)}\n`).join("");
  }

  /** Whether a line of the kernel's list has one of these beginnings. */
  private isListed(beginnings: readonly string[]): boolean {
    const lines = this.table.listed().split("\n");
    return lines.some((line) => beginnings.some((one) => line.startsWith(one)));
  }

  /** Runs a command. Returns the message of a failure, or an empty text. */
  private change({ argv, stdin = "" }: Command): string {
    const [tool = "", ...words] = argv;
    if (tool === "sh" && words[1]?.includes("journal.jsonl")) {
      return this.write(words[1], words[3] ?? "", stdin);
    }
    if (tool === "modprobe") this.modules.add(words[0] ?? "");
    if (tool === "rmmod") return this.kernel.unload(words[0] ?? "");
    if (tool === "modprobe" || tool === "arping") return "";
    return this.network.change(tool, words);
  }

  private write(text: string, length: string, stdin: string): string {
    if (text.startsWith("printf")) {
      this.journal += "{}\n";
      return "";
    }
    const isAppending = text.includes("oflag=append");
    const { journal = "" } = this;
    if (length !== "" && Buffer.byteLength(journal) !== Number(length)) {
      return "journal.jsonl has changed meanwhile";
    }
    this.journal = text.includes("rm -f ") ? undefined : `${isAppending ? journal : ""}${stdin}`;
    return "";
  }

  private ipvsadm({ argv: [, ...words], stdin = "" }: Command) {
    this.modules.add("ip_vs");
    return this.table.restore(words[0] === "-R" ? stdin : words.join(" "));
  }
}

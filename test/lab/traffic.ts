import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "./lab";
import { type Talk, talk } from "./talk";
import { macAddress } from "./topology";

/**
 * How often each answered: a real server's name, or "refused" (a new connection), "reset" (one that was there),
 * "timeout", "unreachable", "closed".
 */
export type Counts = Record<string, number>;

export interface Watch<Finding> {
  stop(): Promise<Finding>;
}

export interface TrafficOptions {
  /** @default "tcp" */
  protocol?: "tcp" | "udp" | "sctp";
  /** From where. @default "client" */
  from?: string;
}

const PROGRAM = readFileSync(join(__dirname, "guest", "traffic.py"), "utf8");

const commandLine = (...args: (string | number)[]) =>
  `python3 -c '${PROGRAM.replaceAll("'", "'\\''")}' ${args.join(" ")}`;

/** Makes new connections (UDP: datagrams from new ports), one after another, and counts who answered. */
export async function connections(
  lab: Lab,
  address: string,
  port: number,
  count: number,
  { protocol = "tcp", from = "client" }: TrafficOptions = {},
): Promise<Counts> {
  const line = commandLine("connect", address, port, count, protocol);
  const timeoutMs = 20_000 + count * 6_000;
  return JSON.parse(await lab.host(from).mustRun(line, { timeoutMs })) as Counts;
}

export interface HeldConnection {
  /** Who answers on the connection now; "closed", "reset" or "timeout" when it is dead. */
  ask(): Promise<string>;
  close(): Promise<void>;
}

/** Opens one TCP connection and keeps it: does it outlive a change? */
export async function holdConnection(
  lab: Lab,
  address: string,
  port: number,
  from = "client",
): Promise<HeldConnection> {
  const held = await start(lab, from, "hold", address, port);
  return {
    async ask() {
      held.send("who");
      return held.line();
    },
    async close() {
      await held.end();
    },
  };
}

/** Connects again and again: a change in good order refuses nobody. */
export async function watchRefusals(
  lab: Lab,
  address: string,
  port: number,
  from = "client",
): Promise<Watch<Counts>> {
  return watchWith(await start(lab, from, "refusals", address, port), (counts) => counts);
}

/** A steady load: new connections to each port again and again, and some that are held. */
export interface Load {
  /** Who answers on the held connections: by name, "released", or what came of those that were cut. */
  holders(): Promise<Counts>;
  /** Who answered the new connections until now. */
  counts(): Promise<Counts>;
  /** Closes the held connections of a real server. */
  release(name: string): Promise<void>;
  /** Ends the load. Returns who answered the new connections. */
  stop(): Promise<Counts>;
}

/** Starts a steady load on some ports of an address, with as many held connections to each. */
export async function steadyLoad(
  lab: Lab,
  address: string,
  ports: readonly number[],
  held: number,
  from = "client",
): Promise<Load> {
  const program = await start(lab, from, "steady", address, ports.join(","), held);
  const answered = async (line: string) => {
    program.send(line);
    return JSON.parse(await program.line()) as Counts;
  };
  return {
    holders: () => answered("holders"),
    counts: () => answered("counts"),
    async release(name) {
      await answered(`release ${name}`);
    },
    async stop() {
      const finding = program.line();
      await program.end();
      return JSON.parse(await finding) as Counts;
    },
  };
}

/** Asks for an address's owner again and again (ARP or neighbour discovery): counts by host name. */
export async function watchArp(
  lab: Lab,
  address: string,
  { from = "client", nic = "eth1" } = {},
): Promise<Watch<Counts>> {
  const names = new Map(
    lab.topology.hosts.flatMap((host) =>
      host.nics.map((_, index) => [macAddress(lab.topology, host, index), host.name]),
    ),
  );
  return watchWith(await start(lab, from, "owners", address, nic), (counts) =>
    Object.fromEntries(Object.entries(counts).map(([mac, n]) => [names.get(mac) ?? mac, n])),
  );
}

async function start(lab: Lab, from: string, ...args: (string | number)[]): Promise<Talk> {
  const program = talk(await lab.host(from).openChannel(commandLine(...args)));
  const first = await program.line();
  if (first !== "ready") throw new Error(`${from}: ${args.join(" ")}: ${await program.end()}`);
  return program;
}

function watchWith(program: Talk, read: (counts: Counts) => Counts): Watch<Counts> {
  return {
    async stop() {
      const finding = program.line();
      await program.end();
      return read(JSON.parse(await finding) as Counts);
    },
  };
}

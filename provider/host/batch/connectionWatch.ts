import {
  type ConnectionCounts,
  connectionsFact,
  type ServiceRealServer,
} from "../../ipvs/connections";
import type { Result } from "../../values/command";
import { type Connection, connectionKey, withEnvironment } from "../connect";
import { shellFor } from "../shell";
import { logMessage } from "./progress";

/** From one count to the next; a count that takes long is followed by a longer pause, since others use the host too. */
const PAUSE_MILLISECONDS = 1000;
const PAUSE_FACTOR = 4;

interface Waiting {
  readonly realServers: readonly ServiceRealServer[];
  resolve(counts: ConnectionCounts): void;
  reject(error: unknown): void;
}

/** Counts connections on one host about once a second, in one round trip for all who wait. It needs no lock. */
class ConnectionWatch {
  private waiting: Waiting[] = [];
  private isRunning = false;
  private pause = PAUSE_MILLISECONDS;

  constructor(private readonly connection: Connection) {}

  next(realServers: readonly ServiceRealServer[]): Promise<ConnectionCounts> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ realServers, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.pause));
      const waiting = this.waiting.splice(0);
      try {
        const counts = await this.count(waiting.flatMap((one) => one.realServers));
        for (const one of waiting) one.resolve(counts);
      } catch (error) {
        for (const one of waiting) one.reject(error);
      }
    }
    this.isRunning = false;
  }

  private async count(realServers: readonly ServiceRealServer[]): Promise<ConnectionCounts> {
    const fact = connectionsFact(realServers);
    const warn = (message: string) => logMessage(undefined, message, "warning");
    const shell = await shellFor(this.connection, { warn });
    const startedAt = performance.now();
    const groups = fact.commands.map((run) => [{ run, mayFail: true, readOnly: true }]);
    const results = await shell.run(groups);
    const milliseconds = performance.now() - startedAt;
    this.pause = Math.max(PAUSE_MILLISECONDS, milliseconds * PAUSE_FACTOR);
    return fact.parse(results.flat() as Result[]);
  }
}

const watches = new Map<string, ConnectionWatch>();

/** The connections of real servers on a host about a second from now; undefined if that takes longer than the limit. */
export function nextCounts(
  connection: Connection,
  realServers: readonly ServiceRealServer[],
  limitMilliseconds: number,
): Promise<ConnectionCounts | undefined> {
  const key = connectionKey(withEnvironment(connection, process.env));
  const watch = watches.get(key) ?? new ConnectionWatch(connection);
  watches.set(key, watch);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, limitMilliseconds);
    watch
      .next(realServers)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}

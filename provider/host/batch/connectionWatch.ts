import {
  type ConnectionCounts,
  connectionsFact,
  type ServiceRealServer,
} from "../../ipvs/connections";
import type { Result } from "../../values/command";
import { type Connection, connectionKey, withEnvironment } from "../connect";
import { shellFor } from "../shell";
import { logMessage } from "./progress";

/** The shortest pause between two counts. */
const PAUSE_MILLISECONDS = 1000;
/** A pause is at least so many times as long as the count before it, so that the host has time for other work. */
const PAUSE_FACTOR = 4;

/** A call of nextCounts that waits for its answer. */
interface PendingCount {
  readonly realServers: readonly ServiceRealServer[];
  resolve(counts: ConnectionCounts): void;
  reject(error: unknown): void;
}

/** Counts connections on one host about once a second, in one round trip for all pending counts. Needs no lock. */
class ConnectionWatch {
  private pending: PendingCount[] = [];
  private isRunning = false;
  private pause = PAUSE_MILLISECONDS;

  constructor(private readonly connection: Connection) {}

  next(realServers: readonly ServiceRealServer[]): Promise<ConnectionCounts> {
    return new Promise((resolve, reject) => {
      this.pending.push({ realServers, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.pending.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.pause));
      const answered = this.pending.splice(0);
      try {
        const counts = await this.count(answered.flatMap(({ realServers }) => realServers));
        for (const { resolve } of answered) resolve(counts);
      } catch (error) {
        for (const { reject } of answered) reject(error);
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

/** Counts the connections of real servers about a second from now. Undefined if that takes longer than the limit. */
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

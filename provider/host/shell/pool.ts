import { LvsError } from "../../values/errors";
import { type Connection, connect, connectionKey, hostId, withEnvironment } from "../connect";
import { openShell } from "./openShell";
import type { Shell } from "./shell";

/** The open shells of this process, by connection key. */
const shells = new Map<string, Promise<Shell>>();

/** The time limit for closing connections after a signal. Pulumi kills a provider 5 s after SIGINT. */
const SHUTDOWN_MILLISECONDS = 4000;

let areHandlersInstalled = false;

export interface PoolOptions {
  readonly knownHostsFiles?: readonly string[];
  readonly warn: (message: string) => void;
}

/**
 * Returns the root shell of a host. All callers with the same connection key share one shell, opened with the
 * credentials of the first caller. If the shell is lost or could not be opened, the next call opens another one.
 */
export function shellFor(connection: Connection, options: PoolOptions): Promise<Shell> {
  const resolved = withEnvironment(connection, process.env);
  const key = connectionKey(resolved);
  const existing = shells.get(key);
  if (existing) return existing;
  const opening = open(resolved, options);
  shells.set(key, opening);
  const forget = () => {
    if (shells.get(key) === opening) shells.delete(key);
  };
  opening.then((shell) => shell.closed.then(forget), forget);
  return opening;
}

/**
 * Opens a shell over a new connection, which no other caller gets and the caller closes. There is one try, of so many
 * seconds, to connect to the host and to its proxy.
 */
export function openNewShell(connection: Connection, limitSeconds: number): Promise<Shell> {
  const { proxy, ...end } = withEnvironment(connection, process.env);
  const once = { dialErrorLimit: 1, perDialTimeout: limitSeconds };
  // The first connection has told everything that there is to warn about.
  const options = { warn: () => undefined };
  return open({ ...end, ...once, ...(proxy && { proxy: { ...proxy, ...once } }) }, options);
}

/** Closes every shell and its connection. */
export async function closeAll(): Promise<void> {
  const open = [...shells.values()];
  shells.clear();
  // The shells close in parallel, because a shell may still be waiting for its host.
  await Promise.allSettled(open.map(async (opening) => (await opening).close()));
}

/** Closes all connections and exits on SIGINT and SIGTERM. Safe to call more than once. */
export function closeOnSignals(): void {
  if (areHandlersInstalled) return;
  areHandlersInstalled = true;
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      const exit = () => process.exit(exitCode);
      setTimeout(exit, SHUTDOWN_MILLISECONDS).unref();
      closeAll().then(exit, exit);
    });
  }
}

async function open(connection: Connection, options: PoolOptions): Promise<Shell> {
  const client = await connect(connection, options);
  try {
    const shell = await openShell(client, { sudo: connection.sudo });
    void shell.closed.then(() => client.close());
    if (shell.uid !== 0) {
      shell.close();
      throw notRoot(connection);
    }
    return shell;
  } catch (error) {
    client.close();
    throw error;
  }
}

function notRoot(connection: Connection): LvsError {
  const host = hostId(connection);
  return new LvsError(
    "connect",
    `opening a shell as ${connection.user} on ${host}: ${connection.user} is not root there
  set sudo: true, or connect as root`,
  );
}

import { LvsError } from "../../values/errors";
import { type Connection, connect, hostId, wayTo, withEnvironment } from "../connect";
import { openShell } from "./openShell";
import type { Shell } from "./shell";

/** One shell for each way to a host, for as long as this process lives. */
const shells = new Map<string, Promise<Shell>>();

/** Pulumi kills a provider this long after its SIGINT; we are gone before. */
const GRACE_MILLISECONDS = 4000;

let isInstalled = false;

/** The files in which host keys are looked up, and who is told of warnings. */
export interface PoolOptions {
  readonly knownHostsFiles?: readonly string[];
  readonly warn: (message: string) => void;
}

/**
 * The shell of root on a host. Everybody who asks for the same host in the same way gets the same one, with the credentials of
 * the first who asked; a shell that died, or that could not be opened, is tried anew for the next who asks.
 */
export function shellFor(connection: Connection, options: PoolOptions): Promise<Shell> {
  const resolved = withEnvironment(connection, process.env);
  const key = wayTo(resolved);
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

/** Closes every shell and its connection. */
export async function closeAll(): Promise<void> {
  const open = [...shells.values()];
  shells.clear();
  const settled = await Promise.allSettled(open);
  for (const one of settled) {
    if (one.status === "fulfilled") one.value.close();
  }
}

/** Closes all connections and exits when the process is told to end. Safe to call more than once. */
export function closeOnSignals(): void {
  if (isInstalled) return;
  isInstalled = true;
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      const exit = () => process.exit(exitCode);
      setTimeout(exit, GRACE_MILLISECONDS).unref();
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

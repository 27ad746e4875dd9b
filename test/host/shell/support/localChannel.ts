import { type ChildProcess, spawn } from "node:child_process";
import type { Channel, Client } from "../../../../provider/host/connect/channel";

/** A channel whose standard input can end before the command ends. */
export interface LocalChannel extends Channel {
  end(): void;
  /** Closes all streams, as the death of sshd does; the commands go on. */
  lose(): void;
}

/** A client that runs each command line in a real shell on this machine. */
export interface LocalClient extends Client {
  /** Kills all commands, as a power failure of the host does. */
  kill(): void;
  exec(line: string): Promise<LocalChannel>;
  /** All text that was written to standard inputs. */
  readonly written: string[];
}

export function localClient(
  options: { loginShell?: string; env?: Record<string, string> } = {},
): LocalClient {
  const children: ChildProcess[] = [];
  const written: string[] = [];
  const kill = () => {
    for (const child of children.splice(0)) endGroup(child);
  };
  return {
    host: "director1",
    user: "admin",
    secrets: [],
    closed: new Promise(() => undefined),
    written,
    kill,
    close: kill,
    exec: async (line): Promise<LocalChannel> => {
      const child = spawn(options.loginShell ?? "sh", ["-c", line], {
        detached: true,
        env: { PATH: process.env.PATH, ...options.env },
      });
      children.push(child);
      return channelOf(child, written);
    },
  };
}

/** Kills a child and its process group. */
export function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // The process has already ended.
  }
}

function channelOf(child: ChildProcess, written: string[]): LocalChannel {
  child.stdin?.on("error", () => undefined);
  return {
    write: (text) => {
      written.push(text);
      child.stdin?.write(text);
    },
    onStdout: (listener) => child.stdout?.on("data", listener),
    onStderr: (listener) => child.stderr?.on("data", listener),
    closed: new Promise((resolve) => {
      child.on("close", (code) =>
        resolve(code === null ? { why: "it was killed" } : { exitCode: code }),
      );
    }),
    end: () => child.stdin?.end(),
    lose: () => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    },
    close: () => {
      child.stdin?.end();
      endGroup(child);
    },
  };
}

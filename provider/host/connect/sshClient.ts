import { LvsError } from "../../values/errors";
import type { Channel, Client, CloseReason } from "./channel";
import { type Connection, hostId, secretsOf } from "./connection";
import { statistics, trace } from "./statistics";

/** The used part of an ssh2 stream. */
interface Stream {
  write(text: string): unknown;
  end(): unknown;
  close(): unknown;
  on(event: string, listener: (value: never) => void): unknown;
  readonly stderr: { on(event: "data", listener: (chunk: Buffer) => void): unknown };
}

/** The used part of an ssh2 connection. */
export interface SshConnection {
  exec(line: string, callback: (error: Error | undefined, stream: Stream) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** Wraps an established connection and the connection to its proxy as a client. */
export function clientOf(
  ssh: SshConnection,
  proxy: SshConnection | undefined,
  connection: Connection,
): Client {
  const host = hostId(connection);
  let whyClosed: string | undefined;
  ssh.on("error", (error) => {
    whyClosed ??= /keepalive/i.test(error.message) ? "the host no longer answers" : error.message;
  });
  const closed = new Promise<CloseReason>((resolve) => {
    ssh.on("close", () => {
      whyClosed ??= "the host closed it";
      proxy?.end();
      resolve({ why: whyClosed });
    });
  });
  return {
    host,
    user: connection.user,
    secrets: secretsOf(connection),
    closed,
    exec: (line) => exec(ssh, host, line, () => whyClosed),
    close: () => {
      whyClosed ??= "it was closed";
      ssh.end();
      // A dead host never confirms the end of the connection.
      const destroy = () => [ssh, proxy].forEach((connection) => void connection?.destroy());
      const timer = setTimeout(destroy, 1000);
      closed.then(() => clearTimeout(timer));
    },
  };
}

function exec(
  ssh: SshConnection,
  host: string,
  line: string,
  whyClosed: () => string | undefined,
): Promise<Channel> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(
        new LvsError(
          "connect",
          `starting a command on ${host}: ${whyClosed() ?? error.message}
  check MaxSessions, ForceCommand and the user's login shell on ${host}`,
        ),
      );
    try {
      ssh.exec(line, (error, stream) => {
        if (error) return refuse(error);
        statistics.channels += 1;
        trace({
          host,
          event: "exec",
          ms: Math.round(performance.now() - startedAt),
          bytes: line.length,
        });
        resolve(channelOf(stream, whyClosed));
      });
    } catch (error) {
      refuse(error as Error);
    }
  });
}

function channelOf(stream: Stream, whyClosed: () => string | undefined): Channel {
  let exitCode: number | undefined;
  stream.on("exit", (code: number | null) => {
    exitCode = code ?? undefined;
  });
  stream.on("error", () => undefined);
  const countBytes = (listener: (chunk: Buffer) => void) => (chunk: Buffer) => {
    statistics.bytesIn += chunk.length;
    listener(chunk);
  };
  return {
    write: (text) => {
      statistics.bytesOut += Buffer.byteLength(text);
      stream.write(text);
    },
    onStdout: (listener) => void stream.on("data", countBytes(listener)),
    onStderr: (listener) => void stream.stderr.on("data", countBytes(listener)),
    closed: new Promise((resolve) => {
      stream.on("close", () => {
        const why = exitCode === undefined ? whyClosed() : undefined;
        resolve({
          ...(exitCode !== undefined && { exitCode }),
          ...(why !== undefined && { why }),
        });
      });
    }),
    close: () => {
      stream.end();
      stream.close();
    },
  };
}

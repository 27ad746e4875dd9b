import { LvsError } from "../../values/errors";
import type { Channel, Client, Ending } from "./channel";
import { type Connection, hostId, secretsOf } from "./connection";
import { statistics, trace } from "./statistics";

/** A stream of ssh2: the part of it that we use. */
interface Stream {
  write(text: string): unknown;
  end(): unknown;
  close(): unknown;
  on(event: string, listener: (value: never) => void): unknown;
  readonly stderr: { on(event: "data", listener: (piece: Buffer) => void): unknown };
}

/** A connection of ssh2: the part of it that we use. */
export interface Connected {
  exec(line: string, callback: (error: Error | undefined, stream: Stream) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** An established connection, and the one to its proxy, as a client. */
export function clientOf(
  ssh: Connected,
  proxy: Connected | undefined,
  connection: Connection,
): Client {
  const host = hostId(connection);
  let lost: string | undefined;
  ssh.on("error", (error) => {
    lost ??= /keepalive/i.test(error.message) ? "the host does not answer any more" : error.message;
  });
  const closed = new Promise<Ending>((resolve) => {
    ssh.on("close", () => {
      lost ??= "the host closed it";
      proxy?.end();
      resolve({ lost });
    });
  });
  return {
    host,
    user: connection.user,
    secrets: secretsOf(connection),
    closed,
    exec: (line) => exec(ssh, host, line, () => lost),
    close: () => {
      lost ??= "it was closed";
      ssh.end();
      // A host that is gone does not take part in the goodbye.
      const timer = setTimeout(() => [ssh, proxy].forEach((each) => void each?.destroy()), 1000);
      closed.then(() => clearTimeout(timer));
    },
  };
}

function exec(
  ssh: Connected,
  host: string,
  line: string,
  lost: () => string | undefined,
): Promise<Channel> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(
        new LvsError(
          "connect",
          `starting a command on ${host}: ${lost() ?? error.message}
  check MaxSessions, ForceCommand and the shell of the user on ${host}`,
        ),
      );
    try {
      ssh.exec(line, (error, stream) => {
        if (error) return refuse(error);
        statistics.channels += 1;
        trace({
          host,
          event: "exec",
          ms: Math.round(performance.now() - begun),
          bytes: line.length,
        });
        resolve(channelOf(stream, lost));
      });
    } catch (error) {
      refuse(error as Error);
    }
  });
}

function channelOf(stream: Stream, lost: () => string | undefined): Channel {
  let exitCode: number | undefined;
  stream.on("exit", (code: number | null) => {
    exitCode = code ?? undefined;
  });
  stream.on("error", () => undefined);
  const counted = (listener: (piece: Buffer) => void) => (piece: Buffer) => {
    statistics.bytesIn += piece.length;
    listener(piece);
  };
  return {
    write: (text) => {
      statistics.bytesOut += Buffer.byteLength(text);
      stream.write(text);
    },
    onStdout: (listener) => void stream.on("data", counted(listener)),
    onStderr: (listener) => void stream.stderr.on("data", counted(listener)),
    closed: new Promise((resolve) => {
      stream.on("close", () => {
        const why = exitCode === undefined ? lost() : undefined;
        resolve({
          ...(exitCode !== undefined && { exitCode }),
          ...(why !== undefined && { lost: why }),
        });
      });
    }),
    close: () => {
      stream.end();
      stream.close();
    },
  };
}

import { Client, type ClientChannel } from "ssh2";

/** The connection to a host of the lab, with the names of our product's arguments. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  /** `ssh-ed25519 AAAA...` */
  hostKey: string;
}

export interface Result {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export interface RunOptions {
  input?: string;
  /** @default 60000 */
  timeoutMs?: number;
}

const READY_MS = 20_000;

/** A connection to a host, opened on first use and again after a loss. */
export class Shell {
  private opening: Promise<Client> | undefined;

  constructor(private readonly connection: Connection) {}

  async run(line: string, { input, timeoutMs = 60_000 }: RunOptions = {}): Promise<Result> {
    const channel = await this.open(line);
    const result = collect(channel);
    channel.end(input ?? "");
    const ended = await within(timeoutMs, line, result, () => this.close());
    const isLost = ended.exitCode === -1 && this.opening === undefined;
    return isLost ? { ...ended, stderr: `${ended.stderr}the connection was lost\n` } : ended;
  }

  /** Starts a command, and returns its channel to the caller. */
  async open(line: string): Promise<ClientChannel> {
    const client = await this.client();
    return new Promise((resolve, reject) => {
      client.exec(line, (error, channel) => (error ? reject(error) : resolve(channel)));
    });
  }

  /** Ends the connection; the next command opens a new one. */
  close(): void {
    const opening = this.opening;
    this.opening = undefined;
    opening?.then(
      (client) => client.destroy(),
      () => {},
    );
  }

  private client(): Promise<Client> {
    if (!this.opening) {
      const opening = connect(this.connection, () => {
        if (this.opening === opening) this.opening = undefined;
      });
      this.opening = opening;
      opening.catch(() => {
        if (this.opening === opening) this.opening = undefined;
      });
    }
    return this.opening;
  }
}

function connect(connection: Connection, lost: () => void): Promise<Client> {
  const { host, port, user, privateKey, hostKey } = connection;
  const client = new Client();
  return new Promise((resolve, reject) => {
    client.on("ready", () => resolve(client));
    client.on("error", reject);
    client.on("close", () => {
      lost();
      reject(new Error(`the connection to ${host}:${port} was closed`));
    });
    client.connect({
      ...{ host, port, username: user, privateKey, readyTimeout: READY_MS },
      algorithms: { serverHostKey: ["ssh-ed25519"] },
      hostVerifier: (key: Buffer) => key.toString("base64") === hostKey.split(" ")[1],
    });
  });
}

/** Reads a channel to its end. The exit code is -1 after a signal and after a lost connection. */
export function collect(channel: ClientChannel): Promise<Result> {
  let stdout = "";
  let stderr = "";
  channel.on("data", (data: Buffer) => {
    stdout += data;
  });
  channel.stderr.on("data", (data: Buffer) => {
    stderr += data;
  });
  return new Promise((resolve) => {
    let exitCode: number | undefined;
    channel.on("exit", (code: number | null, signal?: string) => {
      exitCode = code ?? -1;
      if (signal) stderr += `ended by the signal ${signal}\n`;
    });
    channel.on("close", () => {
      if (exitCode === undefined) stderr += "ended without an exit code\n";
      resolve({ stdout, stderr, exitCode: exitCode ?? -1 });
    });
  });
}

async function within<T>(ms: number, doing: string, work: Promise<T>, stop: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stop();
      reject(new Error(`no answer within ${ms / 1000} s: ${doing}`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

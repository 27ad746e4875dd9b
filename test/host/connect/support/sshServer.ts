import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Writable } from "node:stream";
import {
  type AuthContext,
  type KeyboardAuthContext,
  type PublicKeyAuthContext,
  Server,
  type ServerChannel,
  type Connection as Session,
  utils,
} from "ssh2";
import { endGroup } from "../../shell/support/localChannel";

/** The credentials that a server accepts. */
export interface Accepts {
  readonly password?: string;
  /** A public key in the format of authorized_keys. */
  readonly publicKey?: string;
  /** A password for keyboard-interactive. */
  readonly asks?: string;
}

export interface ServerOptions {
  readonly accepts?: Accepts;
  /** Private host keys. @default - a new ed25519 key */
  readonly hostKeys?: readonly string[];
  readonly env?: Record<string, string>;
  /** Refuse to forward connections. */
  readonly isClosedToForwarding?: boolean;
}

/** A key pair in OpenSSH's formats. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A new key pair. One in some hundred key pairs of ssh2 cannot be read, and is replaced. */
export function newKey(type: "ed25519" | "rsa" = "ed25519", passphrase?: string): KeyPair {
  const encryption =
    passphrase === undefined ? {} : { passphrase, cipher: "aes256-ctr", rounds: 2 };
  for (;;) {
    const pair =
      type === "rsa"
        ? utils.generateKeyPairSync("rsa", { bits: 2048, ...encryption } as never)
        : utils.generateKeyPairSync("ed25519", encryption as never);
    if (!(utils.parseKey(pair.private, passphrase) instanceof Error)) return pair;
  }
}

/** An SSH server in this process that runs each command in a real shell on this machine. */
export class SshServer {
  /** The number of successful logins. */
  logins = 0;
  /** The attempted methods, in order. */
  readonly attempts: string[] = [];
  /** The number of TCP connections. */
  dials = 0;
  readonly hostKey: string;
  private readonly children = new Set<ChildProcess>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly options: ServerOptions) {
    const keys = options.hostKeys ?? [newKey().private];
    this.hostKey = publicOf(keys[0] ?? "");
    this.server = new Server({ hostKeys: [...keys] }, (session) => this.serve(session));
    (
      this.server as unknown as {
        _srv: { on(event: string, listener: (socket: Socket) => void): void };
      }
    )._srv.on("connection", (socket) => {
      this.dials += 1;
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  static start(options: ServerOptions = {}): Promise<SshServer> {
    const server = new SshServer(options);
    return new Promise((resolve) => server.server.listen(0, "127.0.0.1", () => resolve(server)));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts every connection, as a network failure does. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): Promise<void> {
    this.cut();
    for (const child of this.children) endGroup(child);
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private serve(session: Session): void {
    session.on("error", () => undefined);
    session.on("authentication", (context) => this.authenticate(context));
    session.on("session", (accept) => {
      accept().on("exec", (acceptExec, _reject, { command }) => this.run(acceptExec(), command));
    });
    session.on("tcpip", (accept, reject, { destIP, destPort }) => {
      if (this.options.isClosedToForwarding) return reject();
      const socket = connect(destPort, destIP);
      socket.on("error", () => reject());
      socket.on("connect", () => {
        const stream = accept();
        socket.removeAllListeners("error").on("error", () => stream.destroy());
        stream.on("error", () => socket.destroy());
        stream.pipe(socket).pipe(stream);
      });
    });
  }

  private async authenticate(context: AuthContext): Promise<void> {
    const { password, publicKey, asks } = this.options.accepts ?? {};
    if (context.method !== "none") this.attempts.push(context.method);
    if (await this.isRight(context)) {
      if (context.method !== "publickey" || context.signature) this.logins += 1;
      context.accept();
      return;
    }
    context.reject([
      ...(publicKey === undefined ? [] : ["publickey" as const]),
      ...(password === undefined ? [] : ["password" as const]),
      ...(asks === undefined ? [] : ["keyboard-interactive" as const]),
    ]);
  }

  private async isRight(context: AuthContext): Promise<boolean> {
    const { password, publicKey, asks } = this.options.accepts ?? {};
    switch (context.method) {
      case "none":
        return password === undefined && publicKey === undefined && asks === undefined;
      case "password":
        return context.password === password;
      case "keyboard-interactive":
        return asks !== undefined && (await answerTo(context)) === asks;
      case "publickey":
        return publicKey !== undefined && isKeyOf(context, publicKey);
      default:
        return false;
    }
  }

  private run(stream: ServerChannel, command: string): void {
    const child = spawn("sh", ["-c", command], {
      detached: true,
      env: { PATH: process.env.PATH, ...this.options.env },
    });
    this.children.add(child);
    child.stdin.on("error", () => undefined);
    stream.on("error", () => undefined);
    stream.pipe(child.stdin);
    stream.on("close", () => child.stdin.destroy());
    // ssh2's server loses a stream if both wait for the window, so one chunk is sent at a time.
    let sent = Promise.resolve();
    const send = (to: Writable) => (piece: Buffer) => {
      sent = sent.then(() => new Promise((done) => void to.write(piece, () => done())));
    };
    child.stdout.on("data", send(stream));
    child.stderr.on("data", send(stream.stderr));
    child.on("close", async (code) => {
      this.children.delete(child);
      await sent;
      if (stream.writable) stream.exit(code ?? 255);
      stream.end();
    });
  }
}

function answerTo(context: KeyboardAuthContext): Promise<string | undefined> {
  return new Promise((resolve) => {
    context.prompt([{ prompt: "Password: ", echo: false }], ([given]) => resolve(given));
  });
}

/** A client first asks whether a key is acceptable, and then signs with that key. */
function isKeyOf(context: PublicKeyAuthContext, publicKey: string): boolean {
  const key = utils.parseKey(publicKey);
  if (key instanceof Error || Array.isArray(key)) return false;
  if (!key.getPublicSSH().equals(context.key.data)) return false;
  const { blob, signature, hashAlgo } = context;
  return !signature || !blob || key.verify(blob, signature, hashAlgo) === true;
}

function publicOf(privateKey: string): string {
  const key = utils.parseKey(privateKey);
  if (key instanceof Error || Array.isArray(key)) throw new Error("not one key");
  return `${key.type} ${key.getPublicSSH().toString("base64")}`;
}

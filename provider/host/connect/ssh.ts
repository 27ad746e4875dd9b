import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { type ConnectConfig, Client as Ssh, utils } from "ssh2";
import type { LvsError } from "../../values/errors";
import { Authentication } from "./authentication";
import type { Client } from "./channel";
import {
  authenticationRefused,
  badPrivateKey,
  DialError,
  gaveUp,
  notForwarded,
  protocolFailed,
  unreachable,
} from "./connectErrors";
import { type Connection, type Endpoint, hostId, secretsOf } from "./connection";
import { defaultKnownHosts, readKnownHosts } from "./knownHosts";
import { maskedError } from "./mask";
import { clientOf } from "./sshClient";
import { statistics, trace } from "./statistics";
import { trustOf } from "./trust";

/** What connecting needs from the process it runs in. */
export interface ConnectOptions {
  /** Is told what a person should know although it is no error. */
  readonly warn: (message: string) => void;
  /** Files in the format of known_hosts. @default ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts */
  readonly knownHostsFiles?: readonly string[];
}

/** Dead peers are noticed within a minute: this many seconds, three times without an answer. */
const keepaliveSeconds = 15;

/** Connects to a host, through its proxy if it has one. Only connecting is ever tried again, and only when nobody answered. */
export async function connect(connection: Connection, options: ConnectOptions): Promise<Client> {
  const secrets = secretsOf(connection);
  try {
    requireReadableKey(connection);
    if (connection.proxy) requireReadableKey(connection.proxy);
    const knownHosts = await readKnownHosts(options.knownHostsFiles ?? defaultKnownHosts());
    const dialOptions = { knownHosts, warn: options.warn };
    const proxy = connection.proxy && (await dialUntilDone(connection.proxy, dialOptions));
    try {
      const over = proxy && (() => forwardedBy(proxy, connection));
      const ssh = await dialUntilDone(connection, dialOptions, over);
      return clientOf(ssh, proxy, connection);
    } catch (error) {
      proxy?.end();
      throw error;
    }
  } catch (error) {
    throw maskedError(error, secrets);
  }
}

interface DialOptions {
  readonly knownHosts: string;
  readonly warn: (message: string) => void;
}

/** Tries until the host answers, or the limit of errors is reached: at once, then ever more slowly. */
async function dialUntilDone(
  endpoint: Endpoint,
  options: DialOptions,
  over?: () => Promise<Duplex>,
): Promise<Ssh> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await dial(endpoint, options, over && (await over()));
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      if (!error.isPassing) throw error.failure;
      if (endpoint.dialErrorLimit >= 0 && tries >= endpoint.dialErrorLimit) {
        throw gaveUp(error.failure, tries);
      }
      await pause(Math.min(200 * 2 ** (tries - 1), 5000));
    }
  }
}

/** An error of ssh2: `level` says where it comes from; the code of a host that says goodbye is a number. */
type SshError = Error & { level?: string; code?: string | number };

function dial(endpoint: Endpoint, options: DialOptions, sock: Duplex | undefined): Promise<Ssh> {
  const ssh = new Ssh();
  const begun = performance.now();
  const authentication = new Authentication(endpoint, process.env.SSH_AUTH_SOCK);
  const trust = trustOf(endpoint, options.knownHosts, options.warn);
  const notes: string[] = [];
  let refusal: LvsError | undefined;
  return new Promise((resolve, reject) => {
    const settle = () => ssh.removeAllListeners().on("error", () => undefined);
    const fail = (error: DialError) => {
      settle();
      ssh.destroy();
      sock?.destroy();
      reject(error);
    };
    ssh.on("connect", () => ssh.setNoDelay(true));
    ssh.on("ready", () => {
      settle();
      statistics.connections += 1;
      const ms = Math.round(performance.now() - begun);
      trace({ host: hostId(endpoint), event: "connection", ms, bytes: 0 });
      resolve(ssh);
    });
    ssh.on("error", (error: SshError) => {
      if (isNote(error)) notes.push(`${error.level}: ${error.message}`);
      else if (refusal) fail(new DialError(refusal, false));
      else fail(failureOf(error, endpoint, authentication, notes));
    });
    ssh.on("close", () => fail(unreachable(endpoint, { code: "ECONNRESET", message: "" })));
    ssh.on("change password", () => {
      fail(authenticationRefused(endpoint, authentication, ["the host wants a new password"]));
    });
    ssh.connect({
      host: endpoint.host,
      port: endpoint.port,
      username: endpoint.user,
      readyTimeout: endpoint.perDialTimeout * 1000,
      keepaliveInterval: keepaliveSeconds * 1000,
      keepaliveCountMax: 3,
      ...(sock && { sock }),
      algorithms: { serverHostKey: [...trust.algorithms] as ServerHostKeys },
      hostVerifier: (key: Buffer) => {
        refusal = trust.refusal(key);
        return refusal === undefined;
      },
      authHandler: ((accepted: string[] | null) => authentication.next(accepted)) as AuthHandler,
    });
  });
}

type ServerHostKeys = NonNullable<NonNullable<ConnectConfig["algorithms"]>["serverHostKey"]>;
type AuthHandler = NonNullable<ConnectConfig["authHandler"]>;

/** An agent that is not there, or a key that cannot sign: the next method is tried. */
function isNote({ level, message }: SshError): boolean {
  return (
    level === "agent" || (level === "client-authentication" && !/^All configured/.test(message))
  );
}

function failureOf(
  error: SshError,
  endpoint: Endpoint,
  authentication: Authentication,
  notes: readonly string[],
): DialError {
  if (error.level === "client-authentication") {
    return authenticationRefused(endpoint, authentication, notes);
  }
  if (typeof error.code === "number" && authentication.accepted !== undefined) {
    return authenticationRefused(endpoint, authentication, [...notes, `it says: ${error.message}`]);
  }
  if (error.level === "client-timeout") {
    return unreachable(endpoint, { message: `no answer in ${endpoint.perDialTimeout} s` });
  }
  const isPassing = error.level === "client-socket" || /^Connection lost/.test(error.message);
  return isPassing ? unreachable(endpoint, error) : protocolFailed(endpoint, error.message);
}

/** A stream to the host through its proxy. */
function forwardedBy(proxy: Ssh, endpoint: Endpoint): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error & { reason?: unknown }) => reject(notForwarded(endpoint, error));
    try {
      proxy.forwardOut("127.0.0.1", 0, endpoint.host, endpoint.port, (error, stream) =>
        error ? refuse(error) : resolve(stream),
      );
    } catch (error) {
      refuse(error as Error);
    }
  });
}

/** A key that cannot be used is an error before anything is tried. */
function requireReadableKey(endpoint: Endpoint): void {
  if (endpoint.privateKey === undefined) return;
  const parsed = utils.parseKey(endpoint.privateKey, endpoint.privateKeyPassword);
  if (parsed instanceof Error) throw badPrivateKey(endpoint, parsed.message);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key?.isPrivateKey()) throw badPrivateKey(endpoint, "a public key");
}

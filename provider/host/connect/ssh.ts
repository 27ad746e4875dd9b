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
import { hostKeyPolicy } from "./trust";

export interface ConnectOptions {
  /** Receives warnings for the user. */
  readonly warn: (message: string) => void;
  /** Files in the format of known_hosts. @default ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts */
  readonly knownHostsFiles?: readonly string[];
}

/** Three unanswered keepalives end a connection, so that a dead host is noticed within a minute. */
const KEEPALIVE_SECONDS = 15;
const UNANSWERED_KEEPALIVES = 3;

/** Connects to a host, directly or through its proxy. Retries only when the host or the proxy does not answer. */
export async function connect(connection: Connection, options: ConnectOptions): Promise<Client> {
  const secrets = secretsOf(connection);
  try {
    requireReadableKey(connection);
    if (connection.proxy) requireReadableKey(connection.proxy);
    const knownHosts = await readKnownHosts(options.knownHostsFiles ?? defaultKnownHosts());
    const dialOptions = { knownHosts, warn: options.warn };
    const proxy = connection.proxy && (await dialWithRetries(connection.proxy, dialOptions));
    try {
      const openStream = proxy && (() => forwardThrough(proxy, connection));
      const ssh = await dialWithRetries(connection, dialOptions, openStream);
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

/** Dials until the host answers or dialErrorLimit is reached, with exponential backoff. */
async function dialWithRetries(
  endpoint: Endpoint,
  options: DialOptions,
  openStream?: () => Promise<Duplex>,
): Promise<Ssh> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await dial(endpoint, options, openStream && (await openStream()));
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      if (!error.isTransient) throw error.failure;
      if (endpoint.dialErrorLimit >= 0 && attempts >= endpoint.dialErrorLimit) {
        throw gaveUp(error.failure, attempts);
      }
      await pause(Math.min(200 * 2 ** (attempts - 1), 5000));
    }
  }
}

/** An error of ssh2. `level` is its source; `code` is a number when the host has disconnected. */
type SshError = Error & { level?: string; code?: string | number };

function dial(endpoint: Endpoint, options: DialOptions, sock: Duplex | undefined): Promise<Ssh> {
  const ssh = new Ssh();
  const startedAt = performance.now();
  const authentication = new Authentication(endpoint, process.env.SSH_AUTH_SOCK);
  const policy = hostKeyPolicy(endpoint, options.knownHosts, options.warn);
  const notes: string[] = [];
  let refusal: LvsError | undefined;
  return new Promise((resolve, reject) => {
    const stopListening = () => ssh.removeAllListeners().on("error", () => undefined);
    const fail = (error: DialError) => {
      stopListening();
      ssh.destroy();
      sock?.destroy();
      reject(error);
    };
    ssh.on("connect", () => ssh.setNoDelay(true));
    ssh.on("ready", () => {
      stopListening();
      statistics.connections += 1;
      const ms = Math.round(performance.now() - startedAt);
      trace({ host: hostId(endpoint), event: "connection", ms, bytes: 0 });
      resolve(ssh);
    });
    ssh.on("error", (error: SshError) => {
      if (isWarning(error)) notes.push(`${error.level}: ${error.message}`);
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
      keepaliveInterval: KEEPALIVE_SECONDS * 1000,
      keepaliveCountMax: UNANSWERED_KEEPALIVES,
      ...(sock && { sock }),
      algorithms: { serverHostKey: [...policy.algorithms] as ServerHostKeys },
      hostVerifier: (key: Buffer) => {
        refusal = policy.refusal(key);
        return refusal === undefined;
      },
      authHandler: ((accepted: string[] | null) => authentication.next(accepted)) as AuthHandler,
    });
  });
}

type ServerHostKeys = NonNullable<NonNullable<ConnectConfig["algorithms"]>["serverHostKey"]>;
type AuthHandler = NonNullable<ConnectConfig["authHandler"]>;

/** Whether ssh2 goes on to the next method: the agent is missing, or a key cannot sign. */
function isWarning({ level, message }: SshError): boolean {
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
    return authenticationRefused(endpoint, authentication, [
      ...notes,
      `the host says: ${error.message}`,
    ]);
  }
  if (error.level === "client-timeout") {
    return unreachable(endpoint, { message: `no answer within ${endpoint.perDialTimeout} s` });
  }
  const isTransient = error.level === "client-socket" || /^Connection lost/.test(error.message);
  return isTransient ? unreachable(endpoint, error) : protocolFailed(endpoint, error.message);
}

/** Opens a stream to the host through its proxy. */
function forwardThrough(proxy: Ssh, endpoint: Endpoint): Promise<Duplex> {
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

/** Throws for an unusable private key, before any connection is made. */
function requireReadableKey(endpoint: Endpoint): void {
  if (endpoint.privateKey === undefined) return;
  const parsed = utils.parseKey(endpoint.privateKey, endpoint.privateKeyPassword);
  if (parsed instanceof Error) throw badPrivateKey(endpoint, parsed.message);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key?.isPrivateKey()) throw badPrivateKey(endpoint, "a public key");
}

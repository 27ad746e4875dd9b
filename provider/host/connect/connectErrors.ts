import { LvsError } from "../../values/errors";
import type { Authentication } from "./authentication";
import { type Endpoint, hostId } from "./connection";

/** A failed attempt to connect, and whether another attempt may succeed. */
export class DialError extends Error {
  constructor(
    readonly failure: LvsError,
    readonly isTransient: boolean,
  ) {
    super(failure.message);
  }
}

/** The meanings of the error codes of sockets. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused: no server listens on that port",
  ECONNRESET: "the connection was closed by the host",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to its network",
  ETIMEDOUT: "the host does not answer",
  ENOTFOUND: "DNS does not know this name",
  EAI_AGAIN: "DNS does not answer",
};

/** The error of a host that cannot be reached. Another attempt may succeed. */
export function unreachable(
  endpoint: Endpoint,
  cause: { code?: unknown; message: string },
): DialError {
  const why = REASONS[String(cause.code)] ?? cause.message;
  return new DialError(
    new LvsError(
      "connect",
      `connecting to ${hostId(endpoint)}: ${endpoint.host} port ${endpoint.port} cannot be reached: ${why}`,
      { cause },
    ),
    true,
  );
}

/** The error after the last attempt. */
export function gaveUp(failure: LvsError, tries: number): LvsError {
  return new LvsError(
    "connect",
    `${failure.message} (${tries === 1 ? "1 try" : `${tries} tries`})
  check that the host is up, that sshd is running, and that no packet filter is in the way`,
    { cause: failure.cause },
  );
}

/** The error of a host that refused every authentication method of the connection. */
export function authenticationRefused(
  endpoint: Endpoint,
  { tried, accepted }: Authentication,
  notes: readonly string[],
): DialError {
  const what =
    tried.length > 0
      ? `tried ${tried.join(", ")}`
      : "the connection has none of the methods that the host accepts";
  const accepts =
    accepted && accepted.length > 0 ? `; the host accepts ${accepted.join(", ")}` : "";
  const lines = [
    `connecting to ${hostId(endpoint)}: authentication of user ${endpoint.user} was refused: ${what}${accepts}`,
    ...notes.map((note) => `  ${note}`),
    "  check user and privateKey, password or the agent (SSH_AUTH_SOCK), and authorized_keys on the host",
  ];
  return new DialError(new LvsError("connect", lines.join("\n")), false);
}

/** The error of an unusable private key. The message of ssh2 does not contain the key. */
export function badPrivateKey(endpoint: Endpoint, why: string): LvsError {
  const doing = `connecting to ${hostId(endpoint)}`;
  if (/no passphrase given/i.test(why)) {
    return new LvsError("connect", `${doing}: privateKey is encrypted\n  give privateKeyPassword`);
  }
  if (/bad passphrase|integrity|bad decrypt/i.test(why)) {
    return new LvsError(
      "connect",
      `${doing}: privateKeyPassword does not open privateKey\n  check privateKeyPassword`,
    );
  }
  return new LvsError(
    "connect",
    `${doing}: privateKey cannot be read as a private key
  give the contents of the file, not its path, with all its lines (OpenSSH or PEM format)`,
  );
}

/** The error of a failed handshake: no common algorithm, or a violation of the protocol. */
export function protocolFailed(endpoint: Endpoint, why: string): DialError {
  return new DialError(
    new LvsError(
      "connect",
      `connecting to ${hostId(endpoint)}: the SSH handshake failed: ${why}
  check with: ssh -v -p ${endpoint.port} ${endpoint.user}@${endpoint.host}`,
    ),
    false,
  );
}

/** The error of a proxy that did not connect. Reason 1, "administratively prohibited", is permanent (RFC 4254, 5.1). */
export function notForwarded(
  endpoint: Endpoint,
  error: { reason?: unknown; message: string },
): DialError {
  const why = error.message.replace(/^\(SSH\) Channel open failure: /, "");
  const { failure } = unreachable(endpoint, { message: `the proxy says: ${why}` });
  return new DialError(failure, error.reason !== 1);
}

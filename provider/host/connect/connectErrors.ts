import { LvsError } from "../../values/errors";
import type { Authentication } from "./authentication";
import { type Endpoint, hostId } from "./connection";

/** What went wrong while connecting, and whether another try may help. */
export class DialError extends Error {
  constructor(
    readonly failure: LvsError,
    readonly isPassing: boolean,
  ) {
    super(failure.message);
  }
}

/** What a socket says, in words. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused: nothing listens there",
  ECONNRESET: "the connection was closed by the host",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to its network",
  ETIMEDOUT: "it does not answer",
  ENOTFOUND: "there is no such name in DNS",
  EAI_AGAIN: "DNS does not answer",
};

/** The host could not be reached: another try may help. */
export function unreachable(
  endpoint: Endpoint,
  cause: { code?: unknown; message: string },
): DialError {
  const why = reasons[String(cause.code)] ?? cause.message;
  return new DialError(
    new LvsError(
      "connect",
      `connecting to ${hostId(endpoint)}: ${endpoint.host} port ${endpoint.port} cannot be reached: ${why}`,
      { cause },
    ),
    true,
  );
}

/** All tries failed. */
export function gaveUp(failure: LvsError, tries: number): LvsError {
  return new LvsError(
    "connect",
    `${failure.message} (${tries === 1 ? "1 try" : `${tries} tries`})
  check that the host is up, that its sshd runs, and that no packet filter is in between`,
    { cause: failure.cause },
  );
}

/** The host accepted none of what the connection has. */
export function authenticationRefused(
  endpoint: Endpoint,
  { tried, accepted }: Authentication,
  notes: readonly string[],
): DialError {
  const what = tried.length > 0 ? `tried ${tried.join(", ")}` : "nothing that it accepts is given";
  const accepts = accepted && accepted.length > 0 ? `; it accepts ${accepted.join(", ")}` : "";
  const lines = [
    `connecting to ${hostId(endpoint)}: authentication of user ${endpoint.user} was refused: ${what}${accepts}`,
    ...notes.map((note) => `  ${note}`),
    "  check user and privateKey, password or the agent (SSH_AUTH_SOCK), and authorized_keys on the host",
  ];
  return new DialError(new LvsError("connect", lines.join("\n")), false);
}

/** The key of the connection cannot be used; ssh2's text does not contain it. */
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
    `${doing}: privateKey is not a private key that can be read
  give the contents of the file, not its path, with all its lines (OpenSSH or PEM format)`,
  );
}

/** The two sides have no algorithm in common, or the protocol failed. */
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

/** The proxy does not open a way to the host. RFC 4254, 5.1: reason 1 is "administratively prohibited". */
export function notForwarded(
  endpoint: Endpoint,
  error: { reason?: unknown; message: string },
): DialError {
  const why = error.message.replace(/^\(SSH\) Channel open failure: /, "");
  const { failure } = unreachable(endpoint, { message: `the proxy says: ${why}` });
  return new DialError(failure, error.reason !== 1);
}

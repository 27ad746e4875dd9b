import { LvsError } from "../../values/errors";
import { type Endpoint, hostId } from "./connection";
import {
  checkHostKey,
  checkKnownHosts,
  fingerprint,
  type HostKeyAnswer,
  hostKeyAlgorithms,
  hostKeyLine,
  keyType,
  knownHostsName,
} from "./hostKeys";

/** The rules for accepting a host key. */
export interface HostKeyPolicy {
  /** The algorithms to offer, in the order in which the host presents a trusted key. */
  readonly algorithms: readonly string[];
  /** The error for a refused key; undefined for an accepted key. */
  refusal(presented: Buffer): LvsError | undefined;
}

/** The policy of a connection: its `hostKey`, or the known_hosts files without one. */
export function hostKeyPolicy(
  endpoint: Endpoint,
  knownHosts: string,
  warn: (message: string) => void,
): HostKeyPolicy {
  const { hostKey } = endpoint;
  if (hostKey === "accept-any") {
    return {
      algorithms: hostKeyAlgorithms(endpoint, { knownHosts }),
      refusal: (presented) => {
        warn(unverifiedWarning(endpoint, presented));
        return undefined;
      },
    };
  }
  return {
    algorithms: hostKeyAlgorithms(endpoint, {
      ...(hostKey !== undefined && { hostKey }),
      knownHosts,
    }),
    refusal: (presented) => {
      const answer =
        hostKey === undefined
          ? checkKnownHosts(presented, endpoint, knownHosts)
          : checkHostKey(presented, hostKey);
      return refusalFor(answer, endpoint, presented);
    },
  };
}

function refusalFor(
  answer: HostKeyAnswer,
  endpoint: Endpoint,
  presented: Buffer,
): LvsError | undefined {
  const host = hostId(endpoint);
  const shown = `${keyType(presented)} ${fingerprint(presented)}`;
  const source = endpoint.hostKey === undefined ? "known_hosts" : "hostKey";
  const texts: Record<HostKeyAnswer, string | undefined> = {
    match: undefined,
    unknown: `connecting to ${host}: the host key of ${host} is not known: ${shown}
  compare this fingerprint with the host's, then add the key: ${keyscanCommand(endpoint)} >> ~/.ssh/known_hosts
  or give hostKey: "${hostKeyLine(presented)}"`,
    mismatch: `connecting to ${host}: the host key of ${host} differs from the one in ${source}: the host presents ${shown}
  this may be another machine, a reinstalled one, or an attack: find out which
  ${remedyForMismatch(endpoint)}`,
    revoked: `connecting to ${host}: the host key of ${host} is revoked in known_hosts: ${shown}
  give the host a new key`,
  };
  const text = texts[answer];
  return text === undefined ? undefined : new LvsError("connect", text);
}

function remedyForMismatch(endpoint: Endpoint): string {
  return endpoint.hostKey === undefined
    ? `if the host was reinstalled: ssh-keygen -R '${knownHostsName(endpoint)}', and add its key again`
    : "if the host was reinstalled, change hostKey (or PULUMI_LVS_HOST_KEY)";
}

function unverifiedWarning(endpoint: Endpoint, presented: Buffer): string {
  return `${hostId(endpoint)} is not verified (hostKey: "accept-any"): the host presents ${keyType(presented)} ${fingerprint(presented)}; set this key as hostKey: "${hostKeyLine(presented)}"`;
}

function keyscanCommand({ host, port }: Endpoint): string {
  return port === 22 ? `ssh-keyscan ${host}` : `ssh-keyscan -p ${port} ${host}`;
}

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

/** Whether the host that answers is the one that is meant. */
export interface Trust {
  /** What to offer to the host, so that it presents a key that is known. */
  readonly algorithms: readonly string[];
  /** Why the key a host presents is refused; undefined when it is the right one. */
  refusal(presented: Buffer): LvsError | undefined;
}

/** Trust by `hostKey` of the connection, or else by what known_hosts says. */
export function trustOf(
  endpoint: Endpoint,
  knownHosts: string,
  warn: (message: string) => void,
): Trust {
  const { hostKey } = endpoint;
  if (hostKey === "accept-any") {
    return {
      algorithms: hostKeyAlgorithms(endpoint, { knownHosts }),
      refusal: (presented) => {
        warn(acceptedAny(endpoint, presented));
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
      return refused(answer, endpoint, presented);
    },
  };
}

function refused(
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
  compare it with the host, then add it: ${scan(endpoint)} >> ~/.ssh/known_hosts
  or give hostKey: "${hostKeyLine(presented)}"`,
    mismatch: `connecting to ${host}: the host key of ${host} is not the one in ${source}: it presents ${shown}
  this is another machine, or it was installed anew, or somebody is in between: find out which
  ${remedyForMismatch(endpoint)}`,
    revoked: `connecting to ${host}: the host key of ${host} is revoked in known_hosts: ${shown}
  give the host a new key`,
  };
  const text = texts[answer];
  return text === undefined ? undefined : new LvsError("connect", text);
}

function remedyForMismatch(endpoint: Endpoint): string {
  return endpoint.hostKey === undefined
    ? `if it was installed anew: ssh-keygen -R '${knownHostsName(endpoint)}', and add its key again`
    : "if it was installed anew, change hostKey (or PULUMI_LVS_HOST_KEY)";
}

function acceptedAny(endpoint: Endpoint, presented: Buffer): string {
  return `${hostId(endpoint)} is not verified (hostKey: "accept-any"): it presents ${keyType(presented)} ${fingerprint(presented)}; give this key as hostKey: "${hostKeyLine(presented)}"`;
}

function scan({ host, port }: Endpoint): string {
  return port === 22 ? `ssh-keyscan ${host}` : `ssh-keyscan -p ${port} ${host}`;
}

import * as pulumi from "@pulumi/pulumi";
import { isLater } from "./later";

/** The SSH connection to a jump host: the fields of `remote.ProxyConnectionArgs` of `@pulumi/command`. */
export interface ProxyConnectionArgs {
  /** The host's DNS name (upper or lower case), or its IPv4 or IPv6 address without brackets. */
  host: pulumi.Input<string>;
  /**
   * The port of sshd, 1 to 65535.
   * @default 22
   */
  port?: pulumi.Input<number>;
  /**
   * The user who logs in. A user other than root needs `sudo`. Environment: PULUMI_LVS_USER.
   * @default "root"
   */
  user?: pulumi.Input<string>;
  /**
   * The password of the user, also for keyboard-interactive authentication. Secret. Environment: PULUMI_LVS_PASSWORD.
   * @default - no authentication by password
   */
  password?: pulumi.Input<string>;
  /**
   * The contents of a private key in OpenSSH or PEM format, not its path. The key is tried before the password. Secret.
   * Environment: PULUMI_LVS_PRIVATE_KEY.
   * @default - no authentication by this key
   */
  privateKey?: pulumi.Input<string>;
  /**
   * The passphrase of the private key. Secret. Environment: PULUMI_LVS_PRIVATE_KEY_PASSWORD.
   * @default - the key is not encrypted
   */
  privateKeyPassword?: pulumi.Input<string>;
  /**
   * The socket of an SSH agent, which is tried last. Environment: PULUMI_LVS_AGENT_SOCKET.
   * @default - SSH_AUTH_SOCK of the environment; no agent without it
   */
  agentSocketPath?: pulumi.Input<string>;
  /**
   * The number of attempts to connect; -1 is no limit. A refused key or password is not tried again.
   * @default 10
   */
  dialErrorLimit?: pulumi.Input<number>;
  /**
   * The time limit of an attempt to connect in seconds; 0 is no limit.
   * @default 15
   */
  perDialTimeout?: pulumi.Input<number>;
  /**
   * The host's public key as a line of authorized_keys ("ssh-ed25519 AAAA..."). "accept-any" accepts every key with a
   * warning: an attacker on the network can then read and change everything. Environment: PULUMI_LVS_HOST_KEY.
   * @default - the keys in ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts; an unknown host is refused
   */
  hostKey?: pulumi.Input<string>;
}

/** The SSH connection to a host: the fields of `remote.ConnectionArgs` of `@pulumi/command`, `sudo` and `commitTimeoutSeconds`. */
export interface ConnectionArgs extends ProxyConnectionArgs {
  /**
   * The jump host (ssh -J). The jump host resolves the name in `host`.
   * @default - a direct connection
   */
  proxy?: pulumi.Input<ProxyConnectionArgs>;
  /**
   * Whether commands run as root through sudo, for a user other than root: true without a password (NOPASSWD), or an
   * object with the password. The password is a secret. Environment: PULUMI_LVS_SUDO_PASSWORD.
   * @default false
   */
  sudo?: pulumi.Input<
    | boolean
    | {
        /** The password for sudo. Secret. */
        password: pulumi.Input<string>;
      }
  >;
  /**
   * How many seconds a change that can cut the way to the host waits until a new SSH connection confirms it, 0 to 3600.
   * Otherwise a timer on the host puts back what was before (docs/undo.md), as commit confirmed does on a router. It
   * counts from before the first step of the change. 0: there is no timer, and such a change is not confirmed.
   * @default 60
   */
  commitTimeoutSeconds?: pulumi.Input<number>;
}

const SECRETS = ["password", "privateKey", "privateKeyPassword"] as const;

/** Copies a connection with `pulumi.secret` around its passwords and keys, and around nothing else. */
export function withSecrets(
  connection: pulumi.Input<ConnectionArgs>,
): pulumi.Input<ConnectionArgs> {
  if (isLater(connection))
    return pulumi.output(connection).apply(mark) as pulumi.Input<ConnectionArgs>;
  return mark(connection as ConnectionArgs);
}

function mark(connection: ConnectionArgs): ConnectionArgs {
  const marked = markEnd(connection);
  const { proxy, sudo } = connection;
  return {
    ...marked,
    ...(proxy !== undefined && {
      proxy: isLater(proxy) ? pulumi.secret(proxy) : markEnd(proxy as ProxyConnectionArgs),
    }),
    ...(sudo !== undefined && { sudo: typeof sudo === "boolean" ? sudo : pulumi.secret(sudo) }),
  };
}

function markEnd<T extends ProxyConnectionArgs>(end: T): T {
  const secrets = SECRETS.filter((name) => end[name] !== undefined);
  return { ...end, ...Object.fromEntries(secrets.map((name) => [name, pulumi.secret(end[name])])) };
}

import * as pulumi from "@pulumi/pulumi";
import { isLater } from "./later";

/** A jump host, or what a host and a jump host have in common: the fields of pulumi-command's ProxyConnectionArgs. */
export interface ProxyConnectionArgs {
  /** The host's name in DNS (or /etc/hosts), in any case, or its address, IPv4 or IPv6 without brackets. */
  host: pulumi.Input<string>;
  /**
   * The port of sshd, 1 to 65535.
   * @default 22
   */
  port?: pulumi.Input<number>;
  /**
   * Who logs in; one who is not root needs `sudo`. Environment: PULUMI_LVS_USER.
   * @default "root"
   */
  user?: pulumi.Input<string>;
  /**
   * The password of `user`, which also answers keyboard-interactive questions. Secret. Environment:
   * PULUMI_LVS_PASSWORD.
   * @default - the key, or the agent, is enough
   */
  password?: pulumi.Input<string>;
  /**
   * The contents of a private key (OpenSSH or PEM), not its path; tried before the password. Secret. Environment:
   * PULUMI_LVS_PRIVATE_KEY.
   * @default - the password, or the agent
   */
  privateKey?: pulumi.Input<string>;
  /**
   * The passphrase of the private key. Secret. Environment: PULUMI_LVS_PRIVATE_KEY_PASSWORD.
   * @default - the key is not encrypted
   */
  privateKeyPassword?: pulumi.Input<string>;
  /**
   * The socket of an SSH agent, asked last. Environment: PULUMI_LVS_AGENT_SOCKET.
   * @default - the agent of the environment (SSH_AUTH_SOCK), if there is one
   */
  agentSocketPath?: pulumi.Input<string>;
  /**
   * How many times to try to connect, from -1, which is no limit. A refused key or password is not tried again.
   * @default 10
   */
  dialErrorLimit?: pulumi.Input<number>;
  /**
   * How many seconds one try to connect may take, from 0, which is no limit.
   * @default 15
   */
  perDialTimeout?: pulumi.Input<number>;
  /**
   * The host's public key as a line of authorized_keys ("ssh-ed25519 AAAA..."). "accept-any" takes every key, and is
   * warned about: whoever is in between can then read and change everything. Environment: PULUMI_LVS_HOST_KEY.
   * @default - looked up in ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts; an unknown host is refused
   */
  hostKey?: pulumi.Input<string>;
}

/** How to reach a host over SSH: what pulumi-command's remote.ConnectionArgs takes, `sudo` and `commitTimeoutSeconds`. */
export interface ConnectionArgs extends ProxyConnectionArgs {
  /**
   * A jump host, through which the host is reached; `host` is looked up from there.
   * @default - the host is reached directly
   */
  proxy?: pulumi.Input<ProxyConnectionArgs>;
  /**
   * Run as root by sudo, for a user who is not root: true where sudo asks for no password, or its password (secret;
   * environment: PULUMI_LVS_SUDO_PASSWORD).
   * @default false
   */
  sudo?: pulumi.Input<
    | boolean
    | {
        /** The password that sudo asks for (secret). */
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

/** The connection with what is secret marked as such, and nothing else. */
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

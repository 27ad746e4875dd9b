import { canonicalHost } from "../../values/host";
import { type Connection, type Endpoint, hostId } from "./connection";

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Environment variables that override the program and the state. The plain name applies to every managed host; with
 * `__<HOST>` it applies to one host or jump host: PULUMI_LVS_PASSWORD__DIRECTOR1, or PULUMI_LVS_USER__10_0_0_5_2222 for
 * 10.0.0.5:2222. An empty variable is ignored.
 */
const OVERRIDES = {
  PULUMI_LVS_USER: "user",
  PULUMI_LVS_PASSWORD: "password",
  PULUMI_LVS_PRIVATE_KEY: "privateKey",
  PULUMI_LVS_PRIVATE_KEY_PASSWORD: "privateKeyPassword",
  PULUMI_LVS_AGENT_SOCKET: "agentSocketPath",
  PULUMI_LVS_HOST_KEY: "hostKey",
} as const satisfies Record<string, keyof Endpoint>;

/** The password for the connections that use sudo. */
const SUDO_PASSWORD = "PULUMI_LVS_SUDO_PASSWORD";

/** Hosts that no longer exist, so that their resources can be deleted: PULUMI_LVS_FORGET=director1,web2:2222. */
const FORGOTTEN_HOSTS = "PULUMI_LVS_FORGET";

/** The connection with the overrides of the environment. */
export function withEnvironment(connection: Connection, env: Environment): Connection {
  const { proxy } = connection;
  const password = lookUp(env, SUDO_PASSWORD, connection) ?? env[SUDO_PASSWORD];
  return {
    ...connection,
    ...overridden(connection, env, true),
    ...(proxy && { proxy: { ...proxy, ...overridden(proxy, env, false) } }),
    ...(connection.sudo !== false && password && { sudo: { password } }),
  };
}

/** Whether PULUMI_LVS_FORGET names a host, so that nothing is undone there. */
export function isForgotten(id: string, env: Environment): boolean {
  const hosts = (env[FORGOTTEN_HOSTS] ?? "").split(",").map((host) => canonicalHost(host.trim()));
  return hosts.includes(canonicalHost(id));
}

function overridden(endpoint: Endpoint, env: Environment, isManaged: boolean): Partial<Endpoint> {
  const values = Object.entries(OVERRIDES).map(([name, field]) => [
    field,
    lookUp(env, name, endpoint) || (isManaged ? env[name] : undefined),
  ]);
  return Object.fromEntries(values.filter(([, value]) => value));
}

/** The value of the variable for this host only. */
function lookUp(env: Environment, name: string, endpoint: Endpoint): string | undefined {
  const suffix = hostId(endpoint)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "_");
  return env[`${name}__${suffix}`] || undefined;
}

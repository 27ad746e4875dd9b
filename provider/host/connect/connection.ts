import { z } from "zod";
import { canonicalHost } from "../../values/host";

const HOST_KEY_PROBLEM =
  'hostKey is not a host key: give a line such as "ssh-ed25519 AAAA...", or "accept-any"';

const endpointFields = {
  /** A name or an address. */
  host: text("host")
    .refine((value) => value.trim() === value && value !== "" && !/\s/.test(value), {
      error: "host is empty or contains a space: give a name or an address, such as director1",
    })
    .transform(canonicalHost),
  port: whole("port", 1, 65535).default(22),
  user: text("user").min(1, { error: "user is empty: name a user, such as root" }).default("root"),
  password: secret("password"),
  /** The contents of the key, not a path. */
  privateKey: secret("privateKey"),
  privateKeyPassword: secret("privateKeyPassword"),
  agentSocketPath: text("agentSocketPath").optional(),
  dialErrorLimit: whole("dialErrorLimit", -1).default(10),
  perDialTimeout: whole("perDialTimeout", 0).default(15),
  /** In the format of authorized_keys, or "accept-any". */
  hostKey: text("hostKey").refine(isHostKey, { error: HOST_KEY_PROBLEM }).optional(),
};

/** How long a change that can cut the way to its host waits for its confirmation. */
export const DEFAULT_COMMIT_TIMEOUT_SECONDS = 60;

const proxySchema = strict("proxy", endpointFields);

const sudoSchema = z.union(
  [
    z.boolean(),
    z.strictObject({
      password: z
        .string()
        .min(1)
        .refine((value) => !value.includes("\n")),
    }),
  ],
  {
    error:
      "sudo is neither a boolean nor an object with a password of one line: use true, false or { password: ... }",
  },
);

/**
 * The schema of `connection`: the fields of @pulumi/command, `sudo` and `commitTimeoutSeconds`. Fills in defaults, and
 * reports each problem.
 */
export const connectionSchema = strict("connection", {
  ...endpointFields,
  proxy: proxySchema.optional(),
  // Optional, and without a default here: states of earlier versions lack it, and need no update.
  commitTimeoutSeconds: whole("commitTimeoutSeconds", 0, 3600).optional(),
  sudo: sudoSchema.default(false),
});

/** The SSH connection to a host, with defaults. */
export type Connection = z.output<typeof connectionSchema>;

/** The SSH connection to a host, as a program gives it. */
export type ConnectionInput = z.input<typeof connectionSchema>;

/** The fields that a host and its jump host have in common. */
export type Endpoint = z.output<typeof proxySchema>;

/** The host in messages and resource IDs: its name, and its port unless the port is 22. */
export function hostId({ host, port }: { readonly host: string; readonly port: number }): string {
  return port === 22 ? host : `${host}:${port}`;
}

/** The key of a connection's shell. Connections with the same user, host, jump host and sudo share a shell. */
export function connectionKey({ proxy, sudo, ...end }: Connection): string {
  const through = proxy ? ` through ${proxy.user}@${hostId(proxy)}` : "";
  return `${end.user}@${hostId(end)}${through}${sudo === false ? "" : " with sudo"}`;
}

/** Every secret of a connection, for `mask`. */
export function secretsOf(connection: Connection): string[] {
  const sudo = typeof connection.sudo === "object" ? [connection.sudo.password] : [];
  return [connection, connection.proxy]
    .flatMap((end) => [end?.password, end?.privateKey, end?.privateKeyPassword])
    .concat(sudo)
    .filter((value): value is string => value !== undefined && value !== "");
}

function strict<T extends z.core.$ZodLooseShape>(name: string, fields: T) {
  const allowed = Object.keys(fields).join(", ");
  return z.strictObject(fields, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${name} has no field ${(issue.keys as string[]).join(", ")}: use ${allowed}`
        : `${name} is not an object: give { host: "director1" } with any of ${allowed}`,
  });
}

function text(name: string) {
  return z.string({ error: (issue) => `${name} is ${kindOf(issue.input)}: give a string` });
}

function secret(name: string) {
  return text(name)
    .min(1, { error: `${name} is empty: give its value, or leave it out` })
    .optional();
}

function whole(name: string, least: number, most?: number) {
  const range =
    most === undefined ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`;
  const error = (issue: { readonly input?: unknown }) =>
    `${name} is ${typeof issue.input === "number" ? issue.input : kindOf(issue.input)}: use ${range}`;
  return z
    .int({ error })
    .min(least, { error })
    .max(most ?? Number.MAX_SAFE_INTEGER, { error });
}

/** The type of a value, for messages. The value itself may be a secret in the wrong field. */
function kindOf(input: unknown): string {
  if (input === undefined) return "missing";
  return input === null
    ? "null"
    : `a value of type ${Array.isArray(input) ? "array" : typeof input}`;
}

function isHostKey(value: string): boolean {
  return value === "accept-any" || /^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?$/.test(value.trim());
}

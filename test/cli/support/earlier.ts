import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/**
 * A history that pulumi-lvs 0.1.0 wrote with Pulumi 3.245.0 for the program `test/lab/programs/clusters`. Only the
 * private key, the path of the checkout and the secrets of the config were replaced. The passphrase is the one of all
 * stacks in the tests.
 */
export const EARLIER = resolve(
  __dirname,
  "../../fixtures/history/clusters.pulumi-lvs-0.1.0.pulumi-3.245.0",
);

/** The state after the update of that history. */
export const EARLIER_CHECKPOINT = readFileSync(
  `${EARLIER}/dev-1795772433617548545.checkpoint.json`,
  "utf8",
);

/** The hosts of that history, by their ports at the time. */
const PORTS = { director1: "41455", web1: "40009", web2: "38049" } as const;

interface Reached {
  readonly port: number;
  readonly hostKey: string;
  readonly privateKey: string;
}

/** The same state for the hosts of a running lab. Only the private key is in plain text; other secrets stay encrypted. */
export function earlierStateOf(reached: (host: keyof typeof PORTS) => Reached): string {
  const hosts = Object.keys(PORTS) as (keyof typeof PORTS)[];
  const text = hosts.reduce(
    (state, host) => state.replaceAll(PORTS[host], String(reached(host).port)),
    EARLIER_CHECKPOINT,
  );
  const { hostKey, privateKey } = reached("director1");
  return JSON.stringify(withKeys(JSON.parse(text), hostKey, JSON.stringify(privateKey)));
}

/** Copies a value with these keys in every connection. */
function withKeys(value: unknown, hostKey: string, plaintext: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => withKeys(inner, hostKey, plaintext));
  if (typeof value !== "object" || value === null) return value;
  const { ciphertext, ...secret } = Object(Object(value).privateKey);
  if (ciphertext !== undefined) return { ...value, hostKey, privateKey: { ...secret, plaintext } };
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, withKeys(inner, hostKey, plaintext)]),
  );
}

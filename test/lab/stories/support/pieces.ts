import type { Run, Stack } from "../../../stack/stack";
import type { Lab } from "../../lab";

/** A resource of the program `test/lab/programs/pieces`. */
export interface Piece {
  readonly kind: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

export const PROGRAM = "test/lab/programs/pieces";

/** The CLI arguments that give these resources to the program. */
export function of(...pieces: readonly Piece[]): string[] {
  return ["-c", `resources=${JSON.stringify(pieces)}`];
}

/** The connection of the program to a host of the lab, with the key in the config. A busy host is retried. */
export function reach(lab: Lab, name: string, more: Readonly<Record<string, unknown>> = {}) {
  const { host, port, hostKey } = lab.connection(name);
  const patience = { dialErrorLimit: 1, perDialTimeout: 120 };
  return { host, port, hostKey, privateKey: { $secret: "privateKey" }, ...patience, ...more };
}

/** The names of the resources that are in a stack's state. */
export function namesIn(stack: Stack): string[] {
  return stack
    .resources()
    .map(({ urn }) => urn.split("::").at(-1) ?? "")
    .sort();
}

export function director(connection: unknown, name = "director1"): Piece {
  return { kind: "Director", name, args: { connection } };
}

export function virtualIp(connection: unknown, address: string, name = "vip"): Piece {
  return { kind: "VirtualIp", name, args: { director: { connection }, address } };
}

export function virtualService(
  connection: unknown,
  more: Readonly<Record<string, unknown>> = {},
  name = "http",
): Piece {
  const args = { director: { connection }, vip: "192.0.2.80", port: 80, ...more };
  return { kind: "VirtualService", name, args };
}

/** The whole output of a run. */
export function said({ stdout, stderr }: Run): string {
  return `${stdout}\n${stderr}`;
}

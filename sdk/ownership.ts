import * as pulumi from "@pulumi/pulumi";
import { endpoint, parseAddress } from "../provider/values/address";
import type { ConnectionArgs } from "./connection";
import { refusal } from "./refusal";

type Word = string | number | undefined;

/** Who owns what, in each program: a process may run several, one after another. */
const programs = new WeakMap<object, Map<string, string>>();
const withoutEngine = {};

function ownersOfThisProgram(): Map<string, string> {
  const program = pulumi.runtime.getMonitor() ?? withoutEngine;
  const owners = programs.get(program) ?? new Map<string, string>();
  programs.set(program, owners);
  return owners;
}

/**
 * Refuses that two resources of one program own the same thing on a host, as soon as its values are known. `describe`
 * gets them in canonical form.
 */
export function ownOnce(
  name: string,
  connection: pulumi.Input<ConnectionArgs>,
  values: readonly pulumi.Input<Word>[],
  describe: (...values: string[]) => string,
): void {
  const owners = ownersOfThisProgram();
  const host = pulumi.output(connection).apply(hostOf);
  pulumi.all([host, ...values]).apply(([where, ...known]) => {
    const thing = `${describe(...known.map(canonical))} on ${where}`;
    const owner = owners.get(thing);
    if (owner !== undefined) {
      throw refusal(
        `"${owner}" and "${name}" both declare the ${thing}: declare it in one of them only`,
      );
    }
    owners.set(thing, name);
  });
}

/** An endpoint in ipvsadm's notation. */
export function endpointName(address = "", port = ""): string {
  return endpoint(address, Number(port));
}

/** A virtual service in the field's notation: tcp 192.0.2.80:80. */
export function serviceName(protocol = "", vip = "", port = ""): string {
  return `${protocol} ${endpointName(vip, port)}`;
}

function hostOf({ host, port = 22, proxy }: pulumi.Unwrap<ConnectionArgs>): string {
  const name = port === 22 ? host : `${host}:${port}`;
  return proxy ? `${name} (through ${hostOf(proxy)})` : name;
}

function canonical(value: Word): string {
  return parseAddress(String(value))?.address ?? String(value);
}

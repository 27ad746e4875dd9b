import type { Command } from "./command";
import type { FactName } from "./fact";
import type { Step } from "./step";

/**
 * A type of part that resources can claim on a host: a kernel module, a link, a sysctl, a route, an address, a virtual
 * service. The state of a part is one canonical text, so that the journal can store and restore it. Each type reads one
 * fact of the host, and its functions get the value of that fact.
 */
export interface PartType<Name extends FactName, Value> {
  /** The name of the fact that shows parts of this type. */
  readonly fact: Name;
  /**
   * Whether a live value that differs from ours is replaced without `adopt`. True for a setting of the host that release
   * restores (a sysctl); false for something that a user made (a virtual service), where a difference is a conflict.
   */
  readonly takesOver: boolean;
  /** The live value in canonical form; undefined when the part is absent. */
  read(fact: Value, id: string): string | undefined;
  /** The steps that change the live value to the given value. */
  set(id: string, value: string, live: string | undefined): Step[];
  /** The steps that remove the part. */
  unset(id: string, live: string): Step[];
  /** Whether the live value means the same as the given value. @default - the texts are equal */
  matches?(value: string, live: string | undefined): boolean;
  /** How `read` shows a part that was set to the given value. @default - as the same text */
  valueAsRead?(value: string): string;
  /** The value that the journal stores before the first change, and that release restores. @default - the live text */
  valueToRestore?(part: Part, live: string, fact: Value): string;
  /** Whether the stored value must stay away, because a wider setting was changed meanwhile. @default - it is restored */
  mustNotRestore?(id: string, before: string, fact: Value): boolean;
  /**
   * Conditions and follow-up commands for the steps that make the part again at boot. The conditions are functions of
   * provider/system/applyScript.ts.
   * @default - nothing
   */
  boot?(id: string, value: string): BootNeeds;
  /** The ids of parts of this type that this part needs, and that are therefore removed after it. @default - none */
  dependencies?(id: string, fact: Value): readonly string[];
  /** The part that contains this part, and how to read this part's value from the container's. @default - none */
  container?(id: string): { readonly key: string; valueIn(outer: string): string | undefined };
}

/** The conditions under which a part is made again at boot, and the commands that run after a change. */
export interface BootNeeds {
  readonly conditions: readonly Command[];
  readonly afterwards: readonly Command[];
}

/** The types of parts in the order of their set-up. Removal goes in the reverse order. */
export const PART_ORDER = [
  "module",
  "link",
  "sysctl",
  "route",
  "rule",
  "address",
  "checkPath",
  // Its steps run after the others: keepalived has the new file before weights are looked at.
  "healthCheck",
  "virtualService",
  "realServer",
  // keepalived holds a VIP only where its virtual services are.
  "failover",
] as const;

export type PartName = (typeof PART_ORDER)[number];

/** A part of a host with the value that a resource declares for it. */
export interface Part {
  readonly type: PartName;
  /** The name of the part on its host: `net/ipv4/conf/eth1/arp_ignore`, `192.0.2.80/32`, `tcp 192.0.2.80:80`. */
  readonly id: string;
  readonly value: string;
  /** Whether several stacks may claim the part, with the same value. The last stack that releases it restores it. */
  readonly shared: boolean;
}

/** How a part is named in the journal and in messages: `sysctl net/ipv4/conf/eth1/arp_ignore`. */
export function partKey(part: { type: PartName; id: string }): string {
  return `${part.type} ${part.id}`;
}

/** Sorts parts into the order of their set-up. */
export function inOrder<T extends { type: PartName }>(parts: readonly T[]): T[] {
  return [...parts].sort((a, b) => PART_ORDER.indexOf(a.type) - PART_ORDER.indexOf(b.type));
}

import type { Command } from "./command";
import type { FactName } from "./fact";
import type { Step } from "./step";

/**
 * A kind of part of a host that resources can claim: a kernel module, a link, a sysctl, a route, an address, a virtual
 * service. Its state is one canonical text, so that the journal can hold it and bring it back. Each type reads one fact
 * of its host, and is given the value of that fact.
 */
export interface PartType<Name extends FactName, Value> {
  /** The name of the fact that shows parts of this type. */
  readonly fact: Name;
  /**
   * True when a value unlike ours may be replaced without asking, because it is remembered and put back (a sysctl).
   * False when it is somebody's own thing, and so a conflict (a virtual service).
   */
  readonly takesOver: boolean;
  /** The live state in canonical form; undefined when the part is absent. */
  read(fact: Value, id: string): string | undefined;
  /** The steps from live to the value. */
  set(id: string, value: string, live: string | undefined): Step[];
  /** The steps that make it absent. */
  unset(id: string, live: string): Step[];
  /** Whether live is as desired; equality of the texts unless the type knows better. */
  holds?(value: string, live: string | undefined): boolean;
  /** What is remembered of what was there before ours; the live text unless the type knows better. */
  remember?(part: Part, live: string, fact: Value): string;
  /** Whether what was before must not come back, since something wider was set meanwhile. */
  isOverruled?(id: string, before: string, fact: Value): boolean;
  /**
   * What the steps from nothing to the value need besides when the part is made again at boot: conditions of
   * provider/system/applyScript.ts, and what follows when something was changed.
   * @default - nothing
   */
  boot?(id: string, value: string): BootNeeds;
  /** The ids of parts of this type that have to go after this one. */
  needs?(id: string, fact: Value): readonly string[];
  /** The part that this one lies inside, and how to find this one's text in the text of that one. */
  inside?(id: string): { readonly key: string; valueIn(outer: string): string | undefined };
}

/** Conditions under which a part is made again at boot, and commands that follow then. */
export interface BootNeeds {
  readonly conditions: readonly Command[];
  readonly afterwards: readonly Command[];
}

/** The types of parts, in the order in which they are set up; they are taken away in the reverse order. */
export const PART_ORDER = [
  "module",
  "link",
  "sysctl",
  "route",
  "rule",
  "address",
  // Its steps run after the others: keepalived has the new file before weights are looked at.
  "healthCheck",
  "virtualService",
  "realServer",
] as const;

export type PartName = (typeof PART_ORDER)[number];

/** One part of a host as a resource wants it. */
export interface Part {
  readonly type: PartName;
  /** Names it on its host: `net/ipv4/conf/eth1/arp_ignore`, `192.0.2.80/32`, `tcp 192.0.2.80:80`. */
  readonly id: string;
  readonly value: string;
  /** Several stacks may want it, with the same value; the last one that leaves restores it. */
  readonly shared: boolean;
}

/** How a part is named in the journal and in messages: `sysctl net/ipv4/conf/eth1/arp_ignore`. */
export function partKey(part: { type: PartName; id: string }): string {
  return `${part.type} ${part.id}`;
}

/** Parts in the order in which they are set up. */
export function inOrder<T extends { type: PartName }>(parts: readonly T[]): T[] {
  return [...parts].sort((a, b) => PART_ORDER.indexOf(a.type) - PART_ORDER.indexOf(b.type));
}

import type { z } from "zod";
import type { Pace } from "../drain/settings";
import type { Connection } from "../host/connect";
import type { EndpointKey } from "../ipvs/model";
import type { Facts } from "../registry/facts";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";
import type { Step } from "../values/step";

/** What the inputs of every resource have, after check. */
export interface HostInputs {
  readonly connection: Connection;
  /** The URN of the resource: who claims what on a host, and whose row shows progress. */
  readonly owner: string;
  readonly adopt?: boolean | undefined;
  /**
   * Whether what is declared is made again after a reboot, and after the network was set up anew. A state of a version
   * that did not know it has none. Read answers whether the host is set up for it.
   */
  readonly persist?: boolean | undefined;
}

/**
 * A kind of resource: a schema, the facts it needs, and the parts of its host that it wants. All of it is pure; the
 * lifecycle makes check, diff, create, read, update and delete from it.
 */
export interface Kind<Inputs extends HostInputs> {
  /** Reads each argument by itself: its type, its default, its canonical form. */
  readonly fields: z.ZodObject;
  /** The arguments that inputs stand for, where check answers inputs in another form; arguments come back unchanged. */
  declaration?(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** What programs call a field, where it is not its name; undefined: it is no argument. */
  readonly argumentNames?: Readonly<Record<string, string | undefined>>;
  /** What is wrong with the arguments together; one that cannot be known yet is undefined. */
  rules?(given: Partial<Inputs>): string[];
  /** Makes the inputs from arguments without problems; without it they are the inputs. */
  complete?(given: never): Inputs;
  /** The inputs that make it another thing on the host (paths such as `connection.host`): a change replaces. */
  readonly identity: readonly string[];
  /** Of these, the ones whose change must take the old one away before the new one is made. */
  readonly removeFirst?: readonly string[];
  /** The ID in the field's notation, host first: `director1 tcp 192.0.2.80:80`. */
  id(inputs: Inputs): string;
  /** The facts that parts, live and announce look at, and those of the types of its parts. */
  facts(inputs: Inputs): readonly FactName[];
  /** Of the IPVS table, the virtual services that it looks at. @default - all of it */
  services?(inputs: Inputs): readonly EndpointKey[];
  /** The modules of IPVS that it needs, when it has no other ones. @default - it may have any module */
  modules?(inputs: Inputs): readonly string[];
  /** What it wants on its host. Throws an `input` error for what cannot be carried out there. */
  parts(inputs: Inputs, facts: Facts): Part[];
  /** The inputs as they are live, in the same form; undefined when it is not there. */
  live(inputs: Inputs, facts: Facts, isClaimed: boolean): Inputs | undefined;
  /**
   * What of its host may stand in its way, and is not ours to change: said when it was created or updated. It never
   * throws, since the change is made by then.
   */
  warnings?(inputs: Inputs, facts: Facts): string[];
  /** What to run after a change that had steps. */
  announce?(inputs: Inputs, facts: Facts): Step[];
  /** How it takes real servers away, and brings them. @default - it has no real servers */
  pace?(inputs: Inputs): Pace;
  /** Deleting it also releases what its stack claimed on the host and is gone. @default false */
  readonly sweeps?: boolean;
}

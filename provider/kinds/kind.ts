import type { z } from "zod";
import type { Pace } from "../drain/settings";
import type { Connection } from "../host/connect";
import type { ServiceKey } from "../ipvs/model";
import type { CheckedService } from "../keepalived/quorum";
import type { Facts } from "../registry/facts";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";
import type { Step } from "../values/step";

/** The inputs that every resource has after check. */
export interface HostInputs {
  readonly connection: Connection;
  /** The URN of the resource, which names the owner of claims on the host and the row that shows progress. */
  readonly owner: string;
  readonly adopt?: boolean | undefined;
  /**
   * Whether the host makes the declared parts again after a reboot and after a restart of its network. States of earlier
   * versions lack the field. Read returns whether the host is set up for that.
   */
  readonly persist?: boolean | undefined;
  /** Whether the resource removes virtual services of its host that nobody declares. */
  readonly exclusive?: boolean | undefined;
  /** With `exclusive`, the virtual services that nobody declares, by name. Check fills in none, read the live ones. */
  readonly undeclared?: Readonly<Record<string, string>> | undefined;
}

/**
 * A kind of resource: its schema, the facts that it reads, and the parts that it declares on its host. A kind is pure.
 * The lifecycle derives check, diff, create, read, update and delete from it.
 */
export interface Kind<Inputs extends HostInputs> {
  /** The schema of each argument: its type, its default, its canonical form. */
  readonly fields: z.ZodObject;
  /** Converts inputs back to arguments, where check returns another form than it gets; returns arguments unchanged. */
  declaration?(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** The argument of a field whose names differ; undefined for a field that is no argument. */
  readonly argumentNames?: Readonly<Record<string, string | undefined>>;
  /** The problems of the arguments in combination. An argument that is not known yet is undefined. */
  rules?(given: Partial<Inputs>): string[];
  /** Makes the inputs from valid arguments. @default - the arguments are the inputs */
  complete?(given: never): Inputs;
  /** The inputs whose change replaces the resource, as paths such as `connection.host`. */
  readonly identity: readonly string[];
  /** The inputs among `identity` whose change must delete the old resource before the new one is created. */
  readonly removeFirst?: readonly string[];
  /** The ID of the resource in ipvsadm's notation, after the host: `director1 tcp 192.0.2.80:80`. */
  id(inputs: Inputs): string;
  /** The facts that `parts`, `live` and `announce` read, and the facts of its types of parts. */
  facts(inputs: Inputs): readonly FactName[];
  /** The virtual services of the IPVS table that the kind reads. @default - the whole table */
  services?(inputs: Inputs): readonly ServiceKey[];
  /** The IPVS modules that the resource needs, when it needs no others. @default - it may need any module */
  modules?(inputs: Inputs): readonly string[];
  /** The parts that the resource declares. Throws an `input` error when this host cannot have them. */
  parts(inputs: Inputs, facts: Facts): Part[];
  /** The live state in the form of inputs; undefined when the resource does not exist on the host. */
  live(inputs: Inputs, facts: Facts, isClaimed: boolean): Inputs | undefined;
  /**
   * Warnings about settings of the host that may stop the resource from working, and that are not ours to change. They
   * are shown after create and update. The function never throws, because the change is made by then.
   */
  warnings?(inputs: Inputs, facts: Facts): string[];
  /** The steps to run after a change. They do not run when nothing was changed. */
  announce?(inputs: Inputs, facts: Facts): Step[];
  /** How the resource removes and adds real servers. @default - it has no real servers */
  pace?(inputs: Inputs): Pace;
  /** The checked virtual services of the resource, with how long a change waits for each. @default - none */
  quorums?(inputs: Inputs): readonly CheckedService[];
  /** Whether delete also releases claims of the stack whose parts were removed by hand. @default false */
  readonly sweeps?: boolean;
}

import type { Command } from "./command";
import type { FactName } from "./fact";

/** A command with the reason why it has to be run: what a plan is made of. */
export interface Step {
  readonly run: Command;
  /** Said in progress and in errors, in the words of the field: "hide 192.0.2.80 from ARP on eth1". */
  readonly description: string;
  /** A failure of this step is not a failure of the change (unloading a module that is in use). */
  readonly mayFail?: boolean;
  /** Its exit code proves nothing: whatever it says on standard error is a failure (ipvsadm(8) -R). @default false */
  readonly failsOnStderr?: boolean;
  /** What it tells ipvsadm: one ipvsadm can be told the lines of many steps. @default - nothing */
  readonly lines?: readonly string[];
  /** The virtual service that it makes, when the kernel's list shows all of it (ipvs/list.ts). @default - none */
  readonly makesListed?: string;
  /** Runs after the merged ipvsadm: keepalived must find the IPVS table as it is to be. @default false */
  readonly isLast?: boolean;
  /** The facts that it may change. @default - any of them */
  readonly changes?: readonly FactName[];
}

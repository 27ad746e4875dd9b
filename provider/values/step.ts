import type { Command } from "./command";
import type { FactName } from "./fact";

/** A step of a plan: a command with its purpose. */
export interface Step {
  readonly run: Command;
  /** The text in progress and in errors, in the terms of the field: "hide 192.0.2.80 from ARP on eth1". */
  readonly description: string;
  /** Whether a failure is ignored (unloading a module that is in use). @default false */
  readonly mayFail?: boolean;
  /** Whether output on standard error is a failure, as the exit code is unreliable (ipvsadm(8) -R). @default false */
  readonly failsOnStderr?: boolean;
  /** The input lines for ipvsadm -R, so that one ipvsadm can run the lines of many steps. @default - none */
  readonly lines?: readonly string[];
  /** The new virtual service, when the kernel's list shows all its attributes (ipvs/list.ts). @default - none */
  readonly makesListed?: string;
  /** Whether the step runs after the merged ipvsadm, because keepalived must find the final table. @default false */
  readonly isLast?: boolean;
  /** The facts that the step may change. @default - all facts */
  readonly changes?: readonly FactName[];
}

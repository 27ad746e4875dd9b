import type { Lab } from "../lab/lab";
import type { Connection } from "../lab/ssh";

/** A director: how Pulumi and ssh reach it, and how its state is read. */
export interface Director {
  readonly connection: Connection;
  /** Runs a shell line on it, which must succeed, and returns its output. */
  mustRun(line: string): Promise<string>;
}

/** A whole host of the lab as a director. */
export function hostAsDirector(lab: Lab, name: string): Director {
  return {
    connection: lab.connection(name),
    mustRun: (line) => lab.host(name).mustRun(line),
  };
}

/** Running commands on a host: the pool of root shells, the host's lock, and the errors of tools. */
export type { Group, GroupCommand } from "./groupText";
export { closeAll, closeOnSignals, openNewShell, shellFor } from "./pool";
export { failedStep } from "./remedies";
export type { RunOptions, Shell } from "./shell";

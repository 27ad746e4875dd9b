/** How commands run on a host: a root shell that is kept, its lock, and what tools say. */
export type { Group } from "./groupText";
export { closeAll, closeOnSignals, openNewShell, shellFor } from "./pool";
export { failedStep } from "./remedies";
export type { RunOptions, Shell } from "./shell";

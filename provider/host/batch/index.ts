/** The requests of many resources for one host, batched into a few round trips. */
export type { Change } from "./change";
export { nextCounts } from "./connectionWatch";
export { apply, observe } from "./hostQueue";
export { PartialChangeError } from "./partialChangeError";
export { logMessage, ProgressRow } from "./progress";
export type { ReportProgress } from "./request";
export type { Snapshot } from "./snapshot";
export { UndoneChangeError } from "./undoneChangeError";

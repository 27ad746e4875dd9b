/** How the work of many resources on a host is put together, and told. */
export { type Change, HalfDone, type Report } from "./change";
export type { Observed } from "./observed";
export { Row, report } from "./progress";
export { apply, observe } from "./session";

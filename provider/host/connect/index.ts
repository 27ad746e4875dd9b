/** Connecting to a host over SSH, and verifying its key. */
export type { Channel, Client, CloseReason } from "./channel";
export {
  type Connection,
  type ConnectionInput,
  connectionKey,
  connectionSchema,
  DEFAULT_COMMIT_TIMEOUT_SECONDS,
  hostId,
} from "./connection";
export { isForgotten, withEnvironment } from "./environment";
export { maskedError } from "./mask";
export { type ConnectOptions, connect } from "./ssh";
export { statistics, trace } from "./statistics";

/** How a host is reached over SSH, and trusted. */
export type { Channel, Client, Ending } from "./channel";
export {
  type Connection,
  type ConnectionInput,
  connectionSchema,
  hostId,
  wayTo,
} from "./connection";
export { isForgotten, withEnvironment } from "./environment";
export { maskedError } from "./mask";
export { type ConnectOptions, connect } from "./ssh";
export { statistics, trace } from "./statistics";

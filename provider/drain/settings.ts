import type { Protocol } from "../ipvs/vocabulary";

/** Whether, and how, a real server drains before it is removed; false removes it at once. */
export type DrainSetting =
  | boolean
  | {
      readonly timeoutSeconds?: number | undefined;
      readonly expireQuiescentTemplates?: boolean | undefined;
    };

/** The time in which the weight of an added or returning real server grows to its full value. */
export interface SlowStart {
  readonly seconds: number;
}

/** How a resource removes real servers (drain), and adds them (slow start). */
export interface Pace {
  /** The drain setting of a virtual service, by name (`tcp 192.0.2.80:80`). */
  drainOf(service: string): DrainSetting | undefined;
  /** The slow start of a virtual service, by name. @default - the full weight at once */
  slowStartOf?(service: string): SlowStart | undefined;
  /** Whether the resource declares this virtual service; a removed one drains by its old declaration. @default true */
  has?(service: string): boolean;
  /** The VIP that is removed with the resource, whose virtual services lose their connections. @default - none */
  readonly vip?: string;
}

/** The default drain timeout in seconds. */
export const DRAIN_SECONDS = 30;

/** The drain timeout in seconds: how long a real server's connections may last before it is removed. 0 is at once. */
export function drainSeconds(setting: DrainSetting | undefined, protocol: Protocol): number {
  if (setting === undefined) return protocol === "udp" ? 0 : DRAIN_SECONDS;
  if (typeof setting === "boolean") return setting ? DRAIN_SECONDS : 0;
  return setting.timeoutSeconds ?? DRAIN_SECONDS;
}

/** Whether persistent clients leave a real server that is quiesced (ipvs-sysctl.rst, expire_quiescent_template). */
export function expiresTemplates(setting: DrainSetting | undefined): boolean {
  return typeof setting === "object" && setting.expireQuiescentTemplates === true;
}

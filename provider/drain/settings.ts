import type { Protocol } from "../ipvs/vocabulary";

/** How the connections of a real server may end before it is removed; false removes it at once. */
export type DrainSetting =
  | boolean
  | {
      readonly timeoutSeconds?: number | undefined;
      readonly expireQuiescentTemplates?: boolean | undefined;
    };

/** In which time a new or returning real server gets its weight. */
export interface SlowStart {
  readonly seconds: number;
}

/** How a resource takes real servers away, and brings them. */
export interface Pace {
  /** How the real servers of a virtual service drain, by its name (`tcp 192.0.2.80:80`). */
  drainOf(service: string): DrainSetting | undefined;
  /** How they get their weights. @default - at once */
  slowStartOf?(service: string): SlowStart | undefined;
  /** Whether it has this virtual service; one that it no longer has goes as it was declared before. @default true */
  has?(service: string): boolean;
  /** The VIP that goes with the resource: the virtual services on that lose their connections. @default - none */
  readonly vip?: string;
}

/** For how many seconds connections may go on, unless a resource says something else. */
export const DRAIN_SECONDS = 30;

/** For how many seconds the connections of a real server may go on before it is removed; 0 removes it at once. */
export function drainSeconds(setting: DrainSetting | undefined, protocol: Protocol): number {
  if (setting === undefined) return protocol === "udp" ? 0 : DRAIN_SECONDS;
  if (typeof setting === "boolean") return setting ? DRAIN_SECONDS : 0;
  return setting.timeoutSeconds ?? DRAIN_SECONDS;
}

/** Whether a client loses its real server when that is quiesced, and does not stay with it (ipvs-sysctl.rst). */
export function expiresTemplates(setting: DrainSetting | undefined): boolean {
  return typeof setting === "object" && setting.expireQuiescentTemplates === true;
}

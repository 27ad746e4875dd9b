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

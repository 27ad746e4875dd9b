import { clock } from "./clock";
import type { Drift, HealthView, HostView, Manager, VipView } from "./view";

/** What follows the name of a host that has not answered. */
export const STATES: Readonly<Record<HostView["state"], string>> = {
  reached: "",
  unreachable: "unreachable",
  failed: "cannot be read",
  forgotten: "forgotten (PULUMI_LVS_FORGET)",
  connecting: "connecting",
};

/** Who has a VIP, as seen from a director. */
export function holderText({ holders, areHoldersKnown }: VipView, director: string): string {
  const texts = holders.map(({ host, interface: device }) =>
    host === director ? `on ${device}` : `on ${host} (${device})`,
  );
  if (texts.length > 0) return texts.join(", ");
  return areHoldersKnown ? "held by nobody" : "holder not known";
}

/** "down since 09:30:05: TCP_CHECK on service ... failed" */
export function downText({ since, why }: HealthView): string {
  return `down${since === undefined ? "" : ` since ${clock(since)}`}${why === undefined ? "" : `: ${why}`}`;
}

/** Which stack manages a virtual service or a real server, after its name. */
export function managerText(manager: Manager): string {
  return manager ? `  (stack ${manager.stack} of ${manager.project})` : "";
}

/** The text of a drift: `weight is 9, declared 1`. */
export function driftText({ attribute, declared, live }: Drift): string {
  if (attribute === "also held by") return `${attribute} ${live}`;
  if (attribute !== "presence") return `${attribute} is ${live}, declared ${declared}`;
  return live === "absent" ? "missing" : "not declared";
}

import type { Owner } from "../../provider/journal/journal";
import { planClaims } from "../../provider/journal/plan";
import { planReleases } from "../../provider/journal/releases";
import type { Part } from "../../provider/values/part";
import type { WorkingHost } from "./workingHost";

/** A resource of the stack dev, unless its name says otherwise: `web` or `other::web`. */
export function owner(name: string, id = `director1 ${name}`): Owner {
  const [stack, resource] = name.includes("::") ? name.split("::") : ["dev", name];
  return { urn: `urn:pulumi:${stack}::lvs::lvs:VirtualIp::${resource}`, id };
}

export const module = (id: string): Part => ({ type: "module", id, value: "loaded", shared: true });

export const sysctl = (id: string, value: string): Part => ({
  ...{ type: "sysctl", id: `net/ipv4/conf/eth1/${id}` },
  ...{ value, shared: true },
});

/** A VIP on lo, which stacks share. */
export const vipOnLo = (address = "192.0.2.80"): Part => ({
  ...{ type: "address", id: `${address}/32 dev lo` },
  ...{ value: "present", shared: true },
});

/** A VIP on eth1, which one stack owns. */
export const vip = (address = "192.0.2.80"): Part => ({
  ...{ type: "address", id: `${address}/32 dev eth1` },
  ...{ value: "present", shared: false },
});

export const service = (...lines: string[]): Part => ({
  ...{ type: "virtualService", id: "tcp 192.0.2.80:80" },
  ...{ value: lines.map((line) => `${line}\n`).join(""), shared: false },
});

/** An entry of the journal: what was there before, what is ours, and who claims it. */
export const held = (before: string | null, value: string, ...claims: Owner[]) => ({
  ...{ before, value },
  claims,
});

/** What somebody did on a host before. */
export type Deed = (host: WorkingHost) => void;

export const setArpIgnore =
  (value: string): Deed =>
  (host) =>
    void host.network.sysctls.set("net/ipv4/conf/eth1/arp_ignore", value);

export const addAddress =
  (device: string): Deed =>
  (host) =>
    void host.network.links.get(device)?.addresses.push("192.0.2.80/32");

export const addService =
  (...lines: string[]): Deed =>
  (host) => {
    host.modules.add("ip_vs");
    host.table.restore(lines.join("\n"));
  };

/** Claims parts on a host and carries the steps out, as a change of one resource does; returns the steps' reasons. */
export function claim(
  host: WorkingHost,
  who: Owner,
  parts: readonly Part[],
  adopt = false,
): string[] {
  const plan = planClaims(parts, who, host.claims(), host.facts(), adopt);
  host.keep(plan.journal);
  host.carryOut(plan.steps);
  return plan.steps.map((step) => step.description);
}

/** Releases what a resource holds beyond the parts that it still wants. */
export function release(host: WorkingHost, who: Owner, wanted: readonly Part[] = []): string[] {
  const plan = planReleases(wanted, who, host.claims(), host.facts());
  host.carryOut(plan.steps);
  host.keep(plan.journal);
  return plan.steps.map((step) => step.description);
}

/** Everything that a host shows, and what it remembers of us. */
export function whole(host: WorkingHost): unknown {
  const { modules, tools: _tools, management: _management, ...facts } = host.facts();
  return { ...facts, modules: [...modules].sort(), journal: host.claims() };
}

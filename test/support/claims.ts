import type { Owner } from "../../provider/journal/journal";
import { planClaims } from "../../provider/journal/plan";
import { planReleases } from "../../provider/journal/releases";
import type { Part } from "../../provider/values/part";
import type { WorkingHost } from "./workingHost";

/** The owner for a resource `web` of the stack dev, or `other::web` of another stack. */
export function owner(name: string, id = `director1 ${name}`): Owner {
  const [stack, resource] = name.includes("::") ? name.split("::") : ["dev", name];
  return { urn: `urn:pulumi:${stack}::lvs::lvs:VirtualIp::${resource}`, id };
}

export const module = (id: string): Part => ({ type: "module", id, value: "loaded", shared: true });

export const sysctl = (id: string, value: string): Part => ({
  ...{ type: "sysctl", id: `net/ipv4/conf/eth1/${id}` },
  ...{ value, shared: true },
});

/** A VIP on lo, which several stacks may share. */
export const vipOnLo = (address = "192.0.2.80"): Part => ({
  ...{ type: "address", id: `${address}/32 dev lo` },
  ...{ value: "present", shared: true },
});

/** A VIP on eth1, which only one stack may own. */
export const vip = (address = "192.0.2.80"): Part => ({
  ...{ type: "address", id: `${address}/32 dev eth1` },
  ...{ value: "present", shared: false },
});

export const service = (...lines: string[]): Part => ({
  ...{ type: "virtualService", id: "tcp 192.0.2.80:80" },
  ...{ value: lines.map((line) => `${line}\n`).join(""), shared: false },
});

/** An entry of the journal: the value from before, our value, and the owners of the claims. */
export const held = (before: string | null, value: string, ...claims: Owner[]) => ({
  ...{ before, value },
  claims,
});

/** A change that somebody else made on a host before. */
export type EarlierChange = (host: WorkingHost) => void;

export const setArpIgnore =
  (value: string): EarlierChange =>
  (host) =>
    void host.network.sysctls.set("net/ipv4/conf/eth1/arp_ignore", value);

export const addAddress =
  (device: string): EarlierChange =>
  (host) =>
    void host.network.links.get(device)?.addresses.push("192.0.2.80/32");

export const addService =
  (...lines: string[]): EarlierChange =>
  (host) => {
    host.modules.add("ip_vs");
    host.table.restore(lines.join("\n"));
  };

/** Claims parts on a host and runs the steps, as the change of a resource does. Returns the descriptions of the steps. */
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

/** Releases the claims of a resource, except for the parts that it still declares. */
export function release(host: WorkingHost, who: Owner, wanted: readonly Part[] = []): string[] {
  const plan = planReleases(wanted, who, host.claims(), host.facts());
  host.carryOut(plan.steps);
  host.keep(plan.journal);
  return plan.steps.map((step) => step.description);
}

/** All facts of a host and its journal. */
export function whole(host: WorkingHost): unknown {
  const { modules, tools: _tools, management: _management, ...facts } = host.facts();
  return { ...facts, modules: [...modules].sort(), journal: host.claims() };
}

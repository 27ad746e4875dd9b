import { z } from "zod";
import { hostPrefix, interfaceTowards } from "../network/interfaces";
import { interfaceSysctl } from "../network/sysctls";
import { requireTools } from "../network/tools";
import { familyOf } from "../values/address";
import { command } from "../values/command";
import { LvsError } from "../values/errors";
import type { Facts } from "../values/facts";
import type { Part } from "../values/part";
import { address, adopt, hostFields, hostIdentity, idOf, interfaceName } from "./fields";
import type { HostInputs, Kind } from "./kind";

/** A VIP on a director. */
export interface VirtualIpInputs extends HostInputs {
  readonly address: string;
  readonly interface?: string | undefined;
}

const fields = z.strictObject({
  ...hostFields,
  address: address("address"),
  interface: interfaceName("interface").optional(),
  adopt,
});

/** One VIP on one interface of a director, announced to the network when it is added. */
export const virtualIp: Kind<VirtualIpInputs> = {
  fields,
  argumentNames: { connection: "director" },
  identity: [...hostIdentity, "address", "interface"],
  // Two directors that both hold one VIP on one network would both answer for it.
  removeFirst: [...hostIdentity, "interface"],
  id: (inputs) => idOf(inputs, "vip", inputs.address),
  facts: ["links", "routes", "sysctls", "tools"],
  parts(inputs, facts) {
    const device = deviceOf(inputs, facts);
    refuseElsewhere(inputs, facts, device);
    const vip: Part = {
      type: "address",
      id: `${hostPrefix(inputs.address)} dev ${device}`,
      value: "present",
      shared: false,
    };
    if (familyOf(inputs.address) === "ipv4") {
      requireTools(facts.tools, "ip", "arping");
      return [vip];
    }
    // The kernel announces an IPv6 address itself once this is on, after it has seen that nobody else has it.
    const notify = interfaceSysctl("ipv6", device, "ndisc_notify");
    return [{ type: "sysctl", id: notify, value: "1", shared: true }, vip];
  },
  live(inputs, facts) {
    const holder = holderOf(inputs.address, facts);
    if (!holder) return undefined;
    return inputs.interface === undefined ? inputs : { ...inputs, interface: holder };
  },
  announce(inputs, facts) {
    if (familyOf(inputs.address) === "ipv6") return [];
    const device = deviceOf(inputs, facts);
    return [
      {
        run: command("arping", "-q", "-U", "-c", "1", "-I", device, inputs.address),
        because: `announce ${inputs.address} on ${device}`,
        // Nobody answers an announcement, which some versions take for a failure.
        mayFail: true,
      },
    ];
  },
};

function deviceOf(inputs: VirtualIpInputs, facts: Facts): string {
  const device = inputs.interface ?? holderOf(inputs.address, facts);
  if (device === undefined) return interfaceTowards(facts.routes, inputs.address, "address");
  if (facts.links.has(device)) return device;
  throw new LvsError(
    "input",
    `interface is ${device}, but this host has no such interface; nothing was changed. ` +
      `It has ${[...facts.links.keys()].join(", ")}`,
  );
}

/** The interface that holds the VIP as we add it. */
function holderOf(vip: string, facts: Facts): string | undefined {
  const isVip = (one: { address: string; prefixLength: number }) =>
    `${one.address}/${one.prefixLength}` === hostPrefix(vip);
  return [...facts.links.values()].find((link) => link.addresses.some(isVip))?.name;
}

function refuseElsewhere(inputs: VirtualIpInputs, facts: Facts, device: string): void {
  if (inputs.adopt) return;
  for (const link of facts.links.values()) {
    const other = link.addresses.find((one) => one.address === inputs.address);
    if (
      !other ||
      (link.name === device && hostPrefix(inputs.address).endsWith(`/${other.prefixLength}`))
    )
      continue;
    throw new LvsError(
      "conflict",
      `the VIP ${inputs.address} is on this host already, as ${other.address}/${other.prefixLength} on ${link.name}; ` +
        "nothing was changed. Remove it there, or choose another VIP",
    );
  }
}

import { z } from "zod";
import { interfaceWith } from "../network/interfaces";
import { routeTo } from "../network/routes";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import { address, filledByCheck, hostFields, hostIdentity, idOf, persist } from "./fields";
import type { HostInputs, Kind } from "./kind";
import { replyParts, replyRouteIsThere } from "./replyRoute";

/** The inputs of the route for a NAT real server's replies. */
export interface RealServerGatewayInputs extends HostInputs {
  readonly rip: string;
  readonly dip: string;
  /** Whether the route exists. Check fills in "present", read the live value. */
  readonly replyRoute: "present" | "absent";
}

const fields = z.strictObject({
  ...hostFields,
  rip: address("rip"),
  dip: address("dip"),
  persist,
  replyRoute: filledByCheck("present"),
});

function rules({ rip, dip }: Partial<RealServerGatewayInputs>): string[] {
  if (rip === undefined || dip === undefined) return [];
  if (rip === dip) return [`dip is ${dip}, which is the RIP: give the director's address`];
  if (familyOf(rip) === familyOf(dip)) return [];
  return [`rip is ${rip} and dip is ${dip}: give two addresses of one family`];
}

/** The route of a real server's packets from its RIP through the director, which NAT needs. */
export const realServerGateway: Kind<RealServerGatewayInputs> = {
  fields,
  argumentNames: { replyRoute: undefined },
  rules,
  identity: [...hostIdentity, "rip"],
  id: (inputs) => idOf(inputs, "gateway of", inputs.rip),
  facts: () => ["links", "routes", "rules", "tools", "management"],
  parts(inputs, facts) {
    requireTools(facts.tools, "ip");
    interfaceWith(facts.links, inputs.rip, "rip");
    refuseToCutManagement(inputs, facts);
    return replyParts({ source: inputs.rip, gateway: inputs.dip, argument: "dip" }, facts);
  },
  live(inputs, facts, isClaimed) {
    const isThere = replyRouteIsThere({ source: inputs.rip, gateway: inputs.dip }, facts);
    if (!isThere && !isClaimed) return undefined;
    return { ...inputs, replyRoute: isThere ? "present" : "absent" };
  },
};

function refuseToCutManagement(inputs: RealServerGatewayInputs, facts: Facts): void {
  const { management } = facts;
  if (management?.server !== inputs.rip) return;
  const back = routeTo(facts.routes, management.client);
  if (back && back.destination !== "default") return;
  throw new LvsError(
    "input",
    `this host is managed from ${management.client} through its address ${inputs.rip}: with the director as the ` +
      "gateway of that address, the management connection would be lost; nothing was changed. Connect to another " +
      `address of this host, or give it a route of its own to ${management.client}`,
  );
}

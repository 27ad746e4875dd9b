import { z } from "zod";
import { familyOf } from "../values/address";
import { address, filledByCheck, hostFields, interfaceName, persist } from "./fields";
import type { HostInputs } from "./kind";

/** The state of the host that makes one VIP work; filled by check, and by read with what is live. */
export interface RealServerVipState {
  readonly vip: "present" | "absent";
  /** Where several interfaces hide the VIP, and one of them does not any more: what that one has. */
  readonly arpIgnore?: number | undefined;
  readonly arpAnnounce?: number | undefined;
  readonly rpFilter?: number | undefined;
  readonly tunnel?: string | undefined;
  readonly replyRoute?: "present" | "absent" | undefined;
}

/** One VIP on a real server, for direct routing or tunnelling. */
export interface RealServerVipInputs extends HostInputs {
  readonly vip: string;
  readonly rip: string;
  readonly forwardingMethod: "dr" | "tun";
  readonly interface?: string | undefined;
  readonly replyGateway?: string | undefined;
  readonly state: RealServerVipState;
}

export const fields = z.strictObject({
  ...hostFields,
  vip: address("vip"),
  rip: address("rip"),
  forwardingMethod: z.enum(["dr", "tun"], {
    error: (issue) =>
      `forwardingMethod is ${JSON.stringify(issue.input)}: use "dr" or "tun" ("nat" needs no VIP on the real server: see RealServerGateway)`,
  }),
  interface: interfaceName("interface").optional(),
  replyGateway: address("replyGateway").optional(),
  persist,
  state: filledByCheck(undefined),
});

/** What is wrong with the arguments together. */
export function rules({
  vip,
  rip,
  forwardingMethod,
  replyGateway,
}: Partial<RealServerVipInputs>): string[] {
  if (vip === undefined) return [];
  const isOther = (address?: string) =>
    address !== undefined && familyOf(address) !== familyOf(vip);
  return [
    rip === vip && `rip is ${rip}, which is the VIP: give the real server's own address`,
    forwardingMethod === "dr" &&
      isOther(rip) &&
      `vip is ${vip} and rip is ${rip}: "dr" needs both of one family; use two addresses of one family, or forwardingMethod "tun"`,
    isOther(replyGateway) &&
      `replyGateway is ${replyGateway}, but the VIP ${vip} is of the other family: give a gateway of its family`,
  ].filter((problem) => problem !== false);
}

import { z } from "zod";
import { familyOf } from "../values/address";
import { address, filledByCheck, hostFields, interfaceName, persist } from "./fields";
import type { HostInputs } from "./kind";

/** The state of the host for a VIP. Check fills in the declared values, read the live values. */
export interface RealServerVipState {
  readonly vip: "present" | "absent";
  /** The value on the interfaces that hide the VIP; a deviating value on one of them wins, so that drift is shown. */
  readonly arpIgnore?: number | undefined;
  readonly arpAnnounce?: number | undefined;
  readonly rpFilter?: number | undefined;
  readonly tunnel?: string | undefined;
  readonly replyRoute?: "present" | "absent" | undefined;
}

/** The inputs of a VIP on a real server, for direct routing or tunneling. */
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

/** The problems of the arguments in combination. */
export function rules({
  vip,
  rip,
  forwardingMethod,
  replyGateway,
}: Partial<RealServerVipInputs>): string[] {
  if (vip === undefined) return [];
  const isOtherFamily = (address?: string) =>
    address !== undefined && familyOf(address) !== familyOf(vip);
  return [
    rip === vip && `rip is ${rip}, which is the VIP: give the real server's own address`,
    forwardingMethod === "dr" &&
      isOtherFamily(rip) &&
      `vip is ${vip} and rip is ${rip}: "dr" needs both of one family; use two addresses of one family, or forwardingMethod "tun"`,
    isOtherFamily(replyGateway) &&
      `replyGateway is ${replyGateway}, but the VIP ${vip} is of the other family: give a gateway of its family`,
  ].filter((problem) => problem !== false);
}

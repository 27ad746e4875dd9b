import { z } from "zod";
import { moduleParts } from "../network/modulePart";
import { requireTools } from "../network/tools";
import { filledByCheck, hostFields, hostIdentity, idOf, persist } from "./fields";
import type { HostInputs, Kind } from "./kind";

/** The inputs of a director. */
export interface DirectorInputs extends HostInputs {
  /** Whether ip_vs is loaded. Check fills in "loaded", read the live value. */
  readonly ipvs: "loaded" | "not loaded";
}

const fields = z.strictObject({
  ...hostFields,
  persist,
  ipvs: filledByCheck("loaded"),
});

/** A host with the kernel module ip_vs. The virtual services load the modules of their schedulers. */
export const director: Kind<DirectorInputs> = {
  fields,
  argumentNames: { ipvs: undefined },
  identity: hostIdentity,
  id: (inputs) => idOf(inputs, "director"),
  facts: () => ["modules", "tools"],
  parts(_inputs, facts) {
    requireTools(facts.tools, "ipvsadm", "ip", "modprobe", "sysctl");
    return moduleParts("ip_vs", facts.modules);
  },
  live(inputs, facts, isClaimed) {
    const isLoaded = facts.modules.has("ip_vs");
    if (!isLoaded && !isClaimed) return undefined;
    return { ...inputs, ipvs: isLoaded ? "loaded" : "not loaded" };
  },
  sweeps: true,
};

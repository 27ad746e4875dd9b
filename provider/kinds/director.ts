import { z } from "zod";
import { moduleParts } from "../network/modulePart";
import { requireTools } from "../network/tools";
import { LvsError } from "../values/errors";
import { filledByCheck, hostFields, hostIdentity, idOf, persist, wanted } from "./fields";
import type { HostInputs, Kind } from "./kind";

/** The inputs of a director. */
export interface DirectorInputs extends HostInputs {
  /** Whether ip_vs is loaded. Check fills in "loaded", read the live value. */
  readonly ipvs: "loaded" | "not loaded";
}

const fields = z.strictObject({
  ...hostFields,
  persist,
  exclusive: z.boolean(wanted("exclusive", "true or false")).optional(),
  ipvs: filledByCheck("loaded"),
  undeclared: filledByCheck(undefined),
});

/** A host with the kernel module ip_vs. The virtual services load the modules of their schedulers. */
export const director: Kind<DirectorInputs> = {
  fields,
  argumentNames: { ipvs: undefined, undeclared: undefined },
  complete: (given: DirectorInputs) => ({ ...given, ...(given.exclusive && { undeclared: {} }) }),
  identity: hostIdentity,
  id: (inputs) => idOf(inputs, "director"),
  facts: ({ exclusive }) => [
    ...(["modules", "tools"] as const),
    ...(exclusive ? (["ipvs", "competingPrograms"] as const) : []),
  ],
  parts({ exclusive }, facts) {
    requireTools(facts.tools, "ipvsadm", "ip", "modprobe", "sysctl");
    if (exclusive) refuseCompetingPrograms(facts.competingPrograms);
    return moduleParts("ip_vs", facts.modules);
  },
  live(inputs, facts, isClaimed) {
    const isLoaded = facts.modules.has("ip_vs");
    if (!isLoaded && !isClaimed) return undefined;
    return { ...inputs, ipvs: isLoaded ? "loaded" : "not loaded" };
  },
  pace: () => ({ drainOf: () => undefined }),
  sweeps: true,
};

/** Refuses a host where a running program would add removed virtual services again. */
function refuseCompetingPrograms(programs: readonly string[]): void {
  if (programs.length === 0) return;
  throw new LvsError(
    "conflict",
    `exclusive is true, but ${programs.join(" and ")} maintains virtual services of its own on this host, and would ` +
      "add them again; nothing was changed. Stop it, or leave exclusive out",
  );
}

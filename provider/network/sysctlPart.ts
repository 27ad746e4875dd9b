import { command } from "../values/command";
import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { EXPIRE_TEMPLATES, type Sysctls } from "./sysctls";

/** Stored for an interface whose forwarding was off while ip_forward was on: a user turned it off on purpose. */
const OFF_BY_ITSELF = "0 by itself";
const FORWARDING = /^net\/ipv4\/conf\/(?!all\/)[^/]+\/forwarding$/;

/** A sysctl. A different live value is no conflict, because a release restores it. */
export const sysctlType: PartType<"sysctls", Sysctls> = {
  fact: "sysctls",
  takesOver: true,
  read: (sysctls, id) => sysctls.get(id),
  set,
  valueToRestore: ({ id }, live, sysctls) =>
    FORWARDING.test(id) && live === "0" && forwardsAll(sysctls) ? OFF_BY_ITSELF : live,
  // ip_forward (conf.all) was turned on since our claim, for every interface. Restoring 0 would break forwarding on one.
  mustNotRestore: (id, before, sysctls) =>
    FORWARDING.test(id) && before === "0" && forwardsAll(sysctls),
  // A sysctl disappears only with its interface or module. While ip_vs stays loaded, its sysctl returns to the default.
  unset: (id, live) => (id === EXPIRE_TEMPLATES && live !== "0" ? set(id, "0", live) : []),
};

function set(id: string, value: string, live: string | undefined): Step[] {
  const number = value.split(" ")[0];
  return [
    {
      run: command("sysctl", "-q", "-w", `${id}=${number}`),
      description: `set ${id} from ${live ?? "nothing"} to ${number}`,
    },
  ];
}

function forwardsAll(sysctls: Sysctls): boolean {
  return sysctls.get("net/ipv4/conf/all/forwarding") === "1";
}

import { command } from "../values/command";
import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { EXPIRE_TEMPLATES, type Sysctls } from "./sysctls";

/** Forwarding of one interface that was off although that of all was on: somebody's own wish, and not the default. */
const OFF_BY_ITSELF = "0 by itself";
const FORWARDING = /^net\/ipv4\/conf\/(?!all\/)[^/]+\/forwarding$/;

/** A sysctl that has a value. What it was before is put back, so a value unlike ours is no conflict. */
export const sysctlType: PartType<"sysctls", Sysctls> = {
  fact: "sysctls",
  takesOver: true,
  read: (sysctls, id) => sysctls.get(id),
  set,
  valueToRestore: ({ id }, live, sysctls) =>
    FORWARDING.test(id) && live === "0" && forwardsAll(sysctls) ? OFF_BY_ITSELF : live,
  // ip_forward (conf.all) was set while we were here, and with it every interface: one that is off would be a hole.
  mustNotRestore: (id, before, sysctls) =>
    FORWARDING.test(id) && before === "0" && forwardsAll(sysctls),
  // A sysctl goes away only with its interface, or with its module: where that stays, it is as it began.
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

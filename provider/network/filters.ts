import type { Family } from "../values/address";
import { command } from "../values/command";
import type { Fact } from "../values/fact";

/** A chain of the packet filter whose policy is drop. */
export interface DroppingChain {
  /** `ip filter FORWARD`, as nft(8) names it. */
  readonly name: string;
  readonly families: readonly Family[];
  /** input, forward and so on. */
  readonly hook: string;
}

/** The chains of a host's packet filter whose policy is drop. */
export type Filters = readonly DroppingChain[];

interface JsonChain {
  readonly family?: string;
  readonly table?: string;
  readonly name?: string;
  readonly hook?: string;
  readonly policy?: string;
}

const FAMILIES: Readonly<Record<string, readonly Family[]>> = {
  ip: ["ipv4"],
  ip6: ["ipv6"],
  inet: ["ipv4", "ipv6"],
};

// nft would load the module, so it runs only where that is loaded. It shows iptables' chains too (iptables-nft(8)).
const ASK = "[ ! -d /sys/module/nf_tables ] || nft -j list chains; :";

/**
 * The chains whose policy is drop (nft(8), policy). They are for warnings only, so a host without nft, or with an answer
 * of nft that we cannot read, counts as a host without such chains.
 */
export const filtersFact: Fact<Filters> = {
  commands: [command("sh", "-c", ASK)],
  parse: ([shown]) =>
    chainsIn(shown?.stdout ?? "").flatMap(({ family = "", table, name, hook, policy }) => {
      const families = FAMILIES[family];
      if (!families || hook === undefined || policy !== "drop") return [];
      return [{ name: `${family} ${table} ${name}`, families, hook }];
    }),
};

function chainsIn(text: string): JsonChain[] {
  try {
    const { nftables } = JSON.parse(text) as { nftables: { chain?: JsonChain }[] };
    return nftables.flatMap(({ chain }) => (chain ? [chain] : []));
  } catch {
    return [];
  }
}

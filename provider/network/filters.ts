import type { Family } from "../values/address";
import { command } from "../values/command";
import type { Fact } from "../values/fact";

/** A chain of the packet filter that drops what none of its rules accepts. */
export interface DroppingChain {
  /** `ip filter FORWARD`, as nft(8) names it. */
  readonly name: string;
  readonly families: readonly Family[];
  /** input, forward and so on. */
  readonly hook: string;
}

/** The chains of a host's packet filter that drop. */
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

// Without the module there are no chains, and nft would load it. What iptables sets is there too (iptables-nft(8)).
const ASK = "[ ! -d /sys/module/nf_tables ] || nft -j list chains; :";

/**
 * The chains that drop what no rule accepts (nft(8), policy). It is for warnings only: of a host without nft, or with
 * one that we cannot read, nothing is known.
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

import { familyOf } from "../../provider/values/address";

interface WorkingLink {
  kind?: string;
  local?: string;
  isUp: boolean;
  addresses: string[];
}

interface WorkingRoute {
  readonly family: string;
  readonly dst: string;
  readonly table: string;
  readonly gateway?: string;
  readonly dev: string;
}

interface WorkingRule {
  readonly family: string;
  readonly priority: number;
  readonly src: string;
  readonly table: string;
  readonly suppress_prefixlen?: number;
}

const SYSCTLS = {
  ipv4: ["arp_ignore", "arp_announce", "rp_filter", "forwarding", "send_redirects", "accept_local"],
  ipv6: ["ndisc_notify", "forwarding", "accept_ra"],
};

/** Interfaces, addresses, routes, rules and sysctls in memory, which the ip(8) and sysctl(8) commands of our steps change. */
export class WorkingNetwork {
  readonly links = new Map<string, WorkingLink>();
  readonly sysctls = new Map<string, string>();
  readonly routes: WorkingRoute[] = [];
  rules: WorkingRule[] = [];
  /** The addresses that another machine has too (duplicate address detection). */
  readonly duplicates = new Set<string>();
  /** The lifetimes that addresses were added with, by address and interface: `preferred_lft 0`. */
  readonly lifetimes = new Map<string, string>();

  constructor(addresses: readonly string[]) {
    for (const name of ["all", "default"]) this.addSysctls(name);
    this.addLink("lo", { isUp: true, addresses: ["127.0.0.1/8", "::1/128"] });
    this.addInterface("eth1", addresses);
    // The network by which hosts are managed, which no cluster uses.
    this.addInterface("mgmt0", ["10.255.0.15/24"]);
  }

  /** Adds an interface that is up, with a route to the network of each of its addresses. */
  addInterface(name: string, addresses: readonly string[]): void {
    this.addLink(name, { isUp: true, addresses: [...addresses] });
    for (const address of addresses) {
      const [family, dst] = [familyOf(address), networkOf(address)];
      this.routes.push({ family, dst, table: "main", dev: name });
    }
  }

  showLinks(): string {
    return JSON.stringify(
      [...this.links].map(([ifname, { kind, local, isUp, addresses }]) => ({
        ifname,
        flags: isUp ? ["UP"] : [],
        ...(kind && { linkinfo: { info_kind: kind, info_data: { local } } }),
        addr_info: addresses.map((one) => {
          const [address, prefixlen] = one.split("/");
          const isDuplicate = this.duplicates.has(one);
          return {
            ...{ local: address, prefixlen: Number(prefixlen) },
            ...(isDuplicate && { dadfailed: true, tentative: true }),
            ...lifeTimes(this.lifetimes.get(`${one} ${ifname}`)),
          };
        }),
      })),
    );
  }

  showSysctls(): string {
    return [...this.sysctls].map(([path, value]) => `/proc/sys/${path}:${value}\n`).join("");
  }

  showRoutes(): string {
    const shown = this.routes.map((one) =>
      one.family === "ipv6" ? { ...one, pref: "medium" } : one,
    );
    return JSON.stringify(shown);
  }

  /** The rules of IPv4, and the rules of IPv6. */
  showRules(): string[] {
    return ["ipv4", "ipv6"].map((family) =>
      JSON.stringify(this.rules.filter((one) => one.family === family)),
    );
  }

  /** Carries out one command; what it returns is what the command says of a failure. */
  change(tool: string, words: readonly string[]): string {
    if (tool === "sysctl") return this.setSysctl(words.at(-1) ?? "");
    const text = words.join(" ");
    if (text.startsWith("link ")) return this.changeLink(words);
    if (text.startsWith("address ")) return this.changeAddress(words);
    const family = words[0] === "-6" ? "ipv6" : "ipv4";
    if (words[1] === "route") return this.changeRoute(family, words.slice(2));
    if (words[1] === "rule") return this.changeRule(family, words.slice(2));
    throw new Error(`the working host does not know: ${tool} ${text}`);
  }

  addLink(name: string, link: WorkingLink): void {
    this.links.set(name, link);
    this.addSysctls(name);
  }

  private addSysctls(name: string): void {
    for (const [family, names] of Object.entries(SYSCTLS))
      for (const one of names) this.sysctls.set(`net/${family}/conf/${name}/${one}`, "0");
  }

  private setSysctl(assignment: string): string {
    const [path = "", value = ""] = assignment.split("=");
    if (!this.sysctls.has(path)) return `sysctl: cannot stat /proc/sys/${path}: No such file`;
    this.sysctls.set(path, value);
    return "";
  }

  private changeLink([, verb, name = "", ...words]: readonly string[]): string {
    const link = this.links.get(name);
    if (verb === "add") {
      if (link) return "RTNETLINK answers: File exists";
      const after = (word: string) => words[words.indexOf(word) + 1] ?? "";
      this.addLink(name, {
        kind: after("type"),
        local: after("local"),
        isUp: false,
        addresses: [],
      });
      return "";
    }
    if (!link) return `Cannot find device "${name}"`;
    if (verb === "set") link.isUp = true;
    if (verb === "delete") {
      this.links.delete(name);
      for (const path of this.sysctls.keys())
        if (path.includes(`/conf/${name}/`)) this.sysctls.delete(path);
    }
    return "";
  }

  private changeAddress([, verb, address = "", , name = "", ...words]: readonly string[]): string {
    const link = this.links.get(name);
    if (!link) return `Cannot find device "${name}"`;
    const isThere = link.addresses.includes(address);
    if (verb === "add" && isThere) return "RTNETLINK answers: File exists";
    if (verb === "delete" && !isThere) return "RTNETLINK answers: Cannot assign requested address";
    if (verb === "change" && !isThere) return "RTNETLINK answers: No such file or directory";
    this.lifetimes.set(`${address} ${name}`, verb === "delete" ? "" : words.join(" "));
    if (verb === "change") return "";
    if (verb === "add") link.addresses.push(address);
    else link.addresses.splice(link.addresses.indexOf(address), 1);
    this.duplicates.delete(address);
    return "";
  }

  private changeRoute(family: string, [verb, dst = "", , table = "", ...words]: string[]): string {
    const at = this.routes.findIndex(
      (one) => one.family === family && one.dst === dst && one.table === table,
    );
    if (verb === "delete" && at < 0) return "RTNETLINK answers: No such process";
    if (at >= 0) this.routes.splice(at, 1);
    const [, gateway = "", , dev = ""] = words;
    if (verb === "replace") this.routes.push({ family, dst, table, gateway, dev });
    return "";
  }

  private changeRule(family: string, [verb, , src = "", , priority, ...words]: string[]): string {
    const [, table = "", , suppress] = words;
    const isSame = (one: WorkingRule) =>
      one.family === family &&
      one.src === src &&
      one.priority === Number(priority) &&
      one.table === table;
    const isThere = this.rules.some(isSame);
    if (verb === "add" && isThere) return "RTNETLINK answers: File exists";
    if (verb === "delete" && !isThere) return "RTNETLINK answers: No such file or directory";
    if (verb === "delete") this.rules = this.rules.filter((one) => !isSame(one));
    else {
      const length = suppress === undefined ? {} : { suppress_prefixlen: Number(suppress) };
      this.rules.push({ family, priority: Number(priority), src, table, ...length });
    }
    return "";
  }
}

// The networks of our tests end at an octet, or at half of an IPv6 address.
function networkOf(address: string): string {
  const [text = "", length = ""] = address.split("/");
  if (text.includes(":")) return `${text.replace(/::.*$/, "")}::/${length}`;
  const octets = text.split(".").map((one, at) => (at < Number(length) / 8 ? one : "0"));
  return `${octets.join(".")}/${length}`;
}

function lifeTimes(words = ""): { valid_life_time: number; preferred_life_time: number } {
  const time = (word: string) =>
    Number(new RegExp(`${word} (\\d+)`).exec(words)?.[1] ?? 0xffffffff);
  return { valid_life_time: time("valid_lft"), preferred_life_time: time("preferred_lft") };
}

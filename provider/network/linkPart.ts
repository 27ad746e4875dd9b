import { command } from "../values/command";
import type { PartType } from "../values/part";
import type { Links } from "./links";

/** The value of a tunnel interface as a part: `ipip local 10.0.0.11 up`. */
export function tunnelValue(kind: string, local: string): string {
  return `${kind} local ${local} up`;
}

/** A tunnel interface of our own that takes the packets of any director (ip-link(8), `remote any`). */
export const linkType: PartType<"links", Links> = {
  fact: "links",
  takesOver: false,
  read(links, id) {
    const link = links.get(id);
    return link && `${link.kind ?? "device"} local ${link.local} ${link.isUp ? "up" : "down"}`;
  },
  set(id, value, live) {
    const [kind = "", , local = ""] = value.split(" ");
    // By default ip6tnl carries IPv6 only, and drops packets from an address of the host itself. A director may use the
    // VIP, which the real server has too, as the outer source (ip6_tunnel.c).
    const mode = kind === "ip6tnl" ? ["mode", "any", "allow-localremote"] : [];
    const add = command(
      "ip",
      "link",
      "add",
      id,
      "type",
      kind,
      ...mode,
      "local",
      local,
      "remote",
      "any",
    );
    const isOnlyDown = live === value.replace(/ up$/, " down");
    return [
      ...(isOnlyDown
        ? []
        : [{ run: add, description: `make the tunnel interface ${id} (${kind}, ${local})` }]),
      { run: command("ip", "link", "set", id, "up"), description: `bring up ${id}` },
    ];
  },
  unset: (id) => [
    { run: command("ip", "link", "delete", id), description: `remove the interface ${id}` },
  ],
};

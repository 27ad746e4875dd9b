import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { showView } from "../../provider/cli/show/build";
import { svgOf } from "../../provider/cli/show/graph/svg";
import { treeOf } from "../../provider/cli/show/nodes";
import { printableJson } from "../../provider/cli/show/printable";
import { treeLines } from "../../provider/cli/show/treeText";
import type { Facts } from "../../provider/registry/facts";
import { factsOf } from "../support/captures";
import {
  observedHosts,
  reached,
  trafficFacts,
  unreachable,
  webCluster,
} from "./support/observedHosts";
import { child, component, lvs, urnOf } from "./support/states";

const docs = (name: string) => readFileSync(resolve(__dirname, "../../docs", name), "utf8");

/** The captured real server with the VIP of the example on lo. */
function machineFacts(): Facts {
  const { links, ...rest } = factsOf("realServerEverything");
  const lo = links.get("lo");
  const addresses = [{ address: "192.0.2.80", prefixLength: 32, isDuplicate: false }];
  return {
    ...rest,
    links: new Map([...links, ["lo", { ...(lo as NonNullable<typeof lo>), addresses }]]),
  };
}

function machine(name: string, rip: string) {
  const state = { vip: "present", arpIgnore: 1, arpAnnounce: 2 };
  const inputs = { rip, vip: "192.0.2.80", forwardingMethod: "dr", state };
  const web = component("lvs:index:Cluster", "web");
  return child(web, {
    ...lvs("RealServerVip", name, inputs),
    id: `${name} dr vip 192.0.2.80 rip ${rip}`,
  });
}

const [web, ...resources] = webCluster({ "192.0.2.11": 3, "192.0.2.12": 2, "192.0.2.13": 0 });
const state = [
  ...[web, ...resources.filter(({ id }) => !id?.startsWith("web1"))],
  ...[machine("web1", "192.0.2.11"), machine("web2", "192.0.2.12")],
].filter((resource) => resource !== undefined);

const { ipvs, statistics, ...facts } = trafficFacts();
const shown = ["tcp 192.0.2.80:80", "udp 192.0.2.80:53", "tcp 192.0.2.99:9999"];
const dns = urnOf("VirtualService", "dns").replace(":dev::lvs::", ":prod::names::");
const claims = [{ urn: dns, id: "director1 udp 192.0.2.80:53" }];
const journal = { "virtualService udp 192.0.2.80:53": { before: null, value: "", claims } };
const director = {
  ...facts,
  ...{
    ipvs: Object.fromEntries(Object.entries(ipvs).filter(([name]) => shown.includes(name))),
    statistics,
  },
};
const refused =
  "connecting to web2: web2 port 22 cannot be reached: the connection was refused: no server listens on that port (1 try)";
const view = showView(
  { project: "shop", stack: "dev" },
  new Date("2026-11-27T09:00:01Z"),
  observedHosts(state, {
    director1: reached(director, journal),
    ...{ web1: reached(machineFacts()), web2: unreachable(refused) },
  }),
);

describe("the outputs in docs/show.md", () => {
  it("are those of the tree", () => {
    const lines = treeLines("stack dev of shop", treeOf(view)).map(({ text }) => text);
    expect(docs("show.md")).toContain(`$ npx pulumi-lvs show\n${lines.join("\n")}\n\`\`\``);
  });

  it("are those of the JSON", () => {
    const service = view.clusters[0]?.directors[0]?.vips[0]?.services[0];
    const text = printableJson(service?.realServers[1], 2);
    expect(docs("show.md")).toContain(`realServers[1]'\n${text}\n\`\`\``);
  });

  it("are those of the drawing", () => {
    expect(docs("images/show.svg")).toBe(svgOf(view));
  });
});

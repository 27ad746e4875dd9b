import * as pulumi from "@pulumi/pulumi";
import * as lvs from "pulumi-lvs";

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
/** How to reach each host: { "director1": { "host": "198.51.100.2" }, "web1": { ... } } */
const hosts = config.requireObject<Record<string, lvs.ConnectionArgs>>("hosts");
const reach = (name: string): lvs.ConnectionArgs => ({
  ...(hosts[name] ?? { host: name }),
  privateKey,
});
/** The weight of each real server; one that is not in the list is not in the cluster. */
const weights = config.getObject<Record<string, number>>("weights") ?? {
  web1: 1,
  web2: 1,
  web3: 2,
};
const rips: Record<string, string> = { web1: "10.0.0.11", web2: "10.0.0.12", web3: "10.0.0.13" };

const web = new lvs.Cluster("web", {
  vips: [config.get("vip") ?? "198.51.100.80"],
  forwardingMethod: "nat",
  directors: [{ name: "director1", connection: reach("director1") }],
  // The director's address inside: the real servers reply through it.
  dip: "10.0.0.1",
  services: [
    { port: 80, scheduler: "wrr" },
    { port: 8080, realServerPort: 80, scheduler: "wlc" },
  ],
  realServers: Object.entries(weights).map(([name, weight]) => ({
    name,
    rip: rips[name] ?? [],
    weight,
    connection: reach(name),
  })),
});

export const vips = web.vips;

import * as pulumi from "@pulumi/pulumi";
import * as lvs from "pulumi-lvs";

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
/** How to reach each host: { "director1": { "host": "192.0.2.2" }, "web1": { ... } } */
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
const rips: Record<string, string> = {
  web1: "198.51.100.11",
  web2: "198.51.100.12",
  web3: "203.0.113.13",
};

const web = new lvs.Cluster("web", {
  vips: [config.get("vip") ?? "192.0.2.80"],
  forwardingMethod: "tun",
  directors: [{ name: "director1", connection: reach("director1") }],
  services: [{ port: 80, scheduler: "wrr" }, { port: 443 }],
  realServers: Object.entries(weights).map(([name, weight]) => ({
    name,
    rip: rips[name] ?? [],
    weight,
    connection: reach(name),
  })),
});

export const vips = web.vips;

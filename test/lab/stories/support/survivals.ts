import type { Manager } from "../../qemu";
import type { Release } from "../../sources";
import type { TopologyName } from "../../topology";
import { realServer } from "./clusters";
import type { Survival } from "./survival";

/** Network managers for a director and a real server. Together, each of the two hosts has each manager once. */
export const EACH_MANAGER_ON_EACH_HOST: readonly Readonly<Record<string, Manager>>[] = [
  { director1: "networkd", web1: "nm" },
  { director1: "nm", web1: "ifupdown" },
  { director1: "ifupdown", web1: "networkd" },
];

type Method = Pick<Survival, "topology" | "vip" | "others"> & {
  readonly dip?: string;
  readonly realServer: typeof realServer;
};

/** The network of each forwarding method, and a real server in it. */
const METHODS: Readonly<Record<TopologyName, Method>> = {
  dr: { topology: "dr", vip: "192.0.2.80", realServer },
  nat: {
    topology: "nat",
    vip: "198.51.100.80",
    dip: "10.0.0.1",
    realServer: (name) => realServer(name, { rip: `10.0.0.1${name.slice(-1)}` }),
  },
  tun: {
    topology: "tun",
    vip: "192.0.2.80",
    others: ["router"],
    realServer: (name) =>
      realServer(name, {
        rip: `198.51.100.1${name.slice(-1)}`,
        replyGateway: "198.51.100.1",
      }),
  },
};

/**
 * A cluster on hosts with these network managers. Each host reboots once, and loses its power once. LAB_RELEASE in the
 * environment is the release of Debian on all of them.
 */
export function survivalOf(
  forwardingMethod: TopologyName,
  managers: Readonly<Record<string, Manager>>,
): Survival {
  const { dip, realServer, ...method } = METHODS[forwardingMethod];
  const release = Number(process.env.LAB_RELEASE ?? 12) as Release;
  const hosts = Object.keys(managers);
  const webs = hosts.filter((host) => host.startsWith("web"));
  return {
    ...method,
    managers,
    releases: Object.fromEntries(hosts.map((host) => [host, release])),
    boots: [["director1"], webs],
    cluster: {
      vips: [method.vip],
      forwardingMethod,
      ...(dip && { dip }),
      directors: [{ connection: "director1" }],
      services: [{ port: 80, scheduler: "rr" }],
      realServers: webs.map((web) => realServer(web)),
    },
  };
}

/** The networks and hosts of a cluster, as data. */
export interface Topology {
  name: TopologyName;
  networks: readonly string[];
  hosts: readonly HostPlan[];
  /** A virtual address that no host of the lab has; .81, .82, ... are free too. */
  vip: { ipv4: string; ipv6: string };
}

export interface HostPlan {
  name: string;
  /** The cluster's interfaces, eth1 and on; eth0 is management and the same everywhere. */
  nics: readonly { network: string; addresses: readonly string[] }[];
  routes?: readonly { to: string; via: string }[];
  /** A router of the Internet, outside the cluster. */
  forwards?: boolean;
  /** Runs the small server that answers with its host's name. */
  answers?: boolean;
}

export type TopologyName = "dr" | "nat" | "tun";

const answers = true;
const forwards = true;
const lan = "2001:db8:0:1::";

/** A host on a network of its own choice, with its IPv4 and IPv6 addresses. */
const on = (network: string, ...addresses: string[]) => ({ network, addresses });

/** One network: director and real servers side by side, and the client with them. */
const dr: Topology = {
  name: "dr",
  networks: ["lan"],
  vip: { ipv4: "192.0.2.80", ipv6: `${lan}80` },
  hosts: [
    { name: "client", nics: [on("lan", "192.0.2.100/24", `${lan}100/64`)] },
    { name: "director1", nics: [on("lan", "192.0.2.2/24", `${lan}2/64`)] },
    { name: "director2", nics: [on("lan", "192.0.2.3/24", `${lan}3/64`)] },
    { name: "web1", nics: [on("lan", "192.0.2.11/24", `${lan}11/64`)], answers },
    { name: "web2", nics: [on("lan", "192.0.2.12/24", `${lan}12/64`)], answers },
    { name: "web3", nics: [on("lan", "192.0.2.13/24", `${lan}13/64`)], answers },
    { name: "web4", nics: [on("lan", "192.0.2.14/24", `${lan}14/64`)], answers },
  ],
};

const outside = "2001:db8:0:1::";
const inside = "2001:db8:0:10::";

/** Two networks with the director between them. The real servers have no way to the client yet. */
const nat: Topology = {
  name: "nat",
  networks: ["outside", "inside"],
  vip: { ipv4: "198.51.100.80", ipv6: `${outside}80` },
  hosts: [
    { name: "client", nics: [on("outside", "198.51.100.100/24", `${outside}100/64`)] },
    {
      name: "director1",
      nics: [
        on("outside", "198.51.100.2/24", `${outside}2/64`),
        on("inside", "10.0.0.1/24", `${inside}1/64`),
      ],
    },
    { name: "web1", nics: [on("inside", "10.0.0.11/24", `${inside}11/64`)], answers },
    { name: "web2", nics: [on("inside", "10.0.0.12/24", `${inside}12/64`)], answers },
    { name: "web3", nics: [on("inside", "10.0.0.13/24", `${inside}13/64`)], answers },
  ],
};

const near = "2001:db8:0:1::";
const far = "2001:db8:0:2::";
const farther = "2001:db8:0:3::";
const through = (ipv4: string, ipv6: string) => [
  { to: "default", via: ipv4 },
  { to: "default", via: ipv6 },
];
const nearRoutes = through("192.0.2.1", `${near}1`);
const farRoutes = through("198.51.100.1", `${far}1`);
const fartherRoutes = through("203.0.113.1", `${farther}1`);

/** Real servers in two networks far from the director; a router joins them all. */
const tun: Topology = {
  name: "tun",
  networks: ["near", "far", "farther"],
  vip: { ipv4: "192.0.2.80", ipv6: `${near}80` },
  hosts: [
    { name: "client", nics: [on("near", "192.0.2.100/24", `${near}100/64`)], routes: nearRoutes },
    { name: "director1", nics: [on("near", "192.0.2.2/24", `${near}2/64`)], routes: nearRoutes },
    {
      name: "router",
      nics: [
        on("near", "192.0.2.1/24", `${near}1/64`),
        on("far", "198.51.100.1/24", `${far}1/64`),
        on("farther", "203.0.113.1/24", `${farther}1/64`),
      ],
      forwards,
    },
    {
      name: "web1",
      nics: [on("far", "198.51.100.11/24", `${far}11/64`)],
      routes: farRoutes,
      answers,
    },
    {
      name: "web2",
      nics: [on("far", "198.51.100.12/24", `${far}12/64`)],
      routes: farRoutes,
      answers,
    },
    {
      name: "web3",
      nics: [on("farther", "203.0.113.13/24", `${farther}13/64`)],
      routes: fartherRoutes,
      answers,
    },
  ],
};

export const TOPOLOGIES: Readonly<Record<TopologyName, Topology>> = { dr, nat, tun };

/** A host's interface on a network: fixed, so that a snapshot's neighbours stay true. */
export function macAddress(topology: Topology, host: HostPlan, nic: number): string {
  const network = topology.networks.indexOf(host.nics[nic]?.network ?? "");
  const byte = (value: number) => value.toString(16).padStart(2, "0");
  return `52:54:00:${byte(network + 1)}:00:${byte(topology.hosts.indexOf(host) + 1)}`;
}

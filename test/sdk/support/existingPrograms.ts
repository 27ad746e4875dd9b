import type * as pulumi from "@pulumi/pulumi";
import type * as lvs from "../../../sdk";
import { later } from "./program";

type Sdk = typeof lvs;

/** A user's program, and whether some of its values are unknown in a preview. */
export interface ExistingProgram {
  readonly declare: (lvs: Sdk) => void;
  readonly isPreview?: boolean;
}

const privateKey = "a key that nobody may see";
const on = (host: string, more: Partial<lvs.ConnectionArgs> = {}) => ({
  connection: { host, privateKey, ...more },
});

const dr: lvs.ClusterArgs = {
  vips: ["192.0.2.80", "192.0.2.81"],
  forwardingMethod: "dr",
  directors: [on("director1"), on("Director2", { port: 2222 })],
  services: [
    { port: 80, scheduler: "wrr" },
    { port: 443, persistenceSeconds: 300, persistenceNetmask: "255.255.255.0" },
    { port: 53, protocol: "udp", vips: ["192.0.2.81"], scheduler: "sh" },
  ],
  realServers: [
    { rip: "192.0.2.11", weight: 2, ...on("web1"), interface: "eth1" },
    { name: "web2", rip: "192.0.2.12", ...on("web2"), replyGateway: "192.0.2.1" },
    { rip: "192.0.2.13", upperThreshold: 100, lowerThreshold: 50 },
  ],
};

const nat: lvs.ClusterArgs = {
  vips: ["198.51.100.80", "2001:DB8::80"],
  forwardingMethod: "nat",
  directors: [{ name: "one", ...on("director1"), interface: "eth1" }],
  dip: ["10.0.0.1", "2001:db8:0:10::1"],
  services: [{ port: 8080, realServerPort: 80 }],
  realServers: [
    { name: "web1", rip: ["10.0.0.11", "2001:db8:0:10::11"], ...on("web1") },
    { rip: ["10.0.0.12", "2001:db8:0:10::12"], ...on("web2") },
  ],
};

const tun: lvs.ClusterArgs = {
  vips: ["192.0.2.80", "2001:db8::80"],
  forwardingMethod: "tun",
  directors: [on("director1"), { ...on("director2"), active: true }],
  services: [{ port: 80 }],
  realServers: [
    { rip: "198.51.100.11", ...on("web1") },
    { rip: ["203.0.113.13", "2001:db8:0:3::13"] },
  ],
};

/** Programs for version 0.1.0, by name. Each program declares one or more clusters. */
export const existingPrograms: Readonly<Record<string, ExistingProgram>> = {
  dr: { declare: ({ Cluster }) => void new Cluster("web", dr) },
  nat: { declare: ({ Cluster }) => void new Cluster("web", nat) },
  natWithoutDip: {
    declare: ({ Cluster }) => {
      const { dip: _dip, ...rest } = nat;
      new Cluster("web", rest);
    },
  },
  natOfOneFamily: {
    declare: ({ Cluster }) => void new Cluster("web", { ...nat, dip: "10.0.0.1" }),
  },
  tun: { declare: ({ Cluster }) => void new Cluster("web", tun) },
  withoutServices: { declare: ({ Cluster }) => void new Cluster("web", { ...dr, services: [] }) },
  withoutRealServers: {
    declare: ({ Cluster }) => void new Cluster("web", { ...dr, realServers: [] }),
  },
  sharedDirector: {
    declare: ({ Cluster, Director }) => {
      const director = new Director("shared", on("director1"));
      new Cluster("web", { ...dr, directors: [director] });
      new Cluster("api", {
        ...dr,
        vips: ["192.0.2.90"],
        services: [{ port: 80 }],
        directors: [{ director, name: "first" }],
      });
    },
  },
  hostsOfTheUpdate: {
    isPreview: true,
    declare: ({ Cluster }) => {
      const connection = { host: later<string>(), privateKey };
      new Cluster("web", {
        ...dr,
        directors: [
          { connection },
          { connection: later<lvs.ConnectionArgs>() as pulumi.Input<lvs.ConnectionArgs> },
        ],
        realServers: [{ rip: "192.0.2.11", weight: later<number>(), connection }],
      });
    },
  },
};

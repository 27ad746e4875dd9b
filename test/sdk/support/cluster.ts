import type { ClusterArgs } from "../../../sdk";

export const connection = { host: "director1" };

/** The smallest Cluster with a virtual service. */
export const cluster: ClusterArgs = {
  vips: ["192.0.2.80"],
  forwardingMethod: "dr",
  directors: [{ connection }],
  services: [{ port: 80 }],
  realServers: [],
};

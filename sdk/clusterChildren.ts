import type * as pulumi from "@pulumi/pulumi";
import { refusal } from "./refusal";

export type ByName<T> = Record<string, T>;

/** Declares resources as children of a cluster, and refuses two resources with the same name. */
export class ClusterChildren {
  constructor(
    private readonly cluster: pulumi.ComponentResource,
    readonly clusterName: string,
  ) {}

  /** Adds a resource to `all` by its name without the name of the cluster. */
  declare<T>(
    all: ByName<T>,
    key: string,
    make: (name: string, options: pulumi.CustomResourceOptions) => T,
    dependsOn: readonly pulumi.Resource[] = [],
  ): T {
    const name = `${this.clusterName}-${key}`;
    if (Object.hasOwn(all, key))
      throw refusal(
        `two resources of the cluster would both be named ${name}: give VIPs, services and real servers other names`,
      );
    const resource = make(name, { parent: this.cluster, dependsOn: [...dependsOn] });
    all[key] = resource;
    return resource;
  }
}

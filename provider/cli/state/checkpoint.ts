import { CliError } from "../cliError";

/** A resource in Pulumi's state (apitype.ResourceV3). */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly provider?: string;
  readonly external?: boolean;
  /** Whether the resource was replaced, and its deletion is still pending. @default false */
  readonly delete?: boolean;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly aliases?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly customTimeouts?: Readonly<Record<string, number>>;
}

/** The state of a stack (apitype.DeploymentV3). */
export interface Deployment {
  readonly resources?: readonly StateResource[];
}

/** Reads a checkpoint of a self-managed backend, or the output of `pulumi stack export`. */
export function readDeployment(text: string, from: string): Deployment {
  let file: Record<string, unknown>;
  try {
    file = Object(JSON.parse(text));
  } catch {
    throw new CliError(`${from} is not JSON: it is damaged, or no checkpoint of Pulumi`);
  }
  const checkpoint = file.checkpoint as { latest?: Deployment | null } | undefined;
  const deployment = checkpoint ? (checkpoint.latest ?? {}) : file.deployment;
  if (typeof deployment !== "object" || deployment === null)
    throw new CliError(`${from} is neither a checkpoint nor an export of a stack`);
  if (file.version !== 3 && file.version !== 4)
    throw new CliError(
      `${from} has version ${file.version} of Pulumi's state: this version of pulumi-lvs reads versions 3 and 4`,
    );
  return deployment;
}

const KIND = /^pulumi-nodejs:dynamic\/lvs:(\w+)$/;

/** The kind of a resource of this package: `VirtualService`; undefined for components and other packages. */
export function lvsKind({ type }: Pick<StateResource, "type">): string | undefined {
  return KIND.exec(type)?.[1];
}

/** Whether a resource or a component belongs to this package. */
export function isLvs(resource: Pick<StateResource, "type">): boolean {
  return lvsKind(resource) !== undefined || resource.type.startsWith("lvs:");
}

/** The resources of a stack without those whose deletion is pending. */
export function liveResources({ resources = [] }: Deployment): StateResource[] {
  return resources.filter((resource) => resource.delete !== true);
}

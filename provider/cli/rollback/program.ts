import * as pulumi from "@pulumi/pulumi";
import { engineText, type KindName } from "../../../sdk/engine";
import { lvsKind, type StateResource } from "../state/checkpoint";
import { withSecrets } from "../state/secrets";
import type { RollbackPlan } from "./plan";

type Declared = Resource | Component;

/** Stands for a component of the state, whatever its class is in the user's program. */
class Component extends pulumi.ComponentResource {
  constructor(
    type: string,
    name: string,
    inputs: pulumi.Inputs,
    outputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, inputs, options);
    this.registerOutputs(outputs);
  }
}

/** Stands for a resource on a host, or one of others. */
class Resource extends pulumi.CustomResource {}

/** A program that declares the resources of a plan as they were, and answers the outputs that the stack has now. */
export function rollbackProgram(plan: RollbackPlan, outputs: unknown): pulumi.automation.PulumiFn {
  return async () => {
    const declared = new Map<string, Declared>();
    for (const resource of plan.references) declared.set(resource.urn, refer(resource, declared));
    for (const resource of plan.declared) declared.set(resource.urn, declare(resource, declared));
    return opened(outputs);
  };
}

/** A resource of somebody else that is no target: Pulumi takes all of it from the state, and asks for its name only. */
function refer(resource: StateResource, declared: ReadonlyMap<string, Declared>): Declared {
  const { type, urn, parent, provider = "" } = resource;
  const version = /::default_(\d[^:]*)::[^:]*$/.exec(provider)?.[1]?.replaceAll("_", ".");
  return new Resource(
    type,
    nameOf(urn),
    {},
    {
      ...(parent !== undefined && parentOption(parent, declared)),
      ...(version !== undefined && { version }),
    },
  );
}

function declare(resource: StateResource, declared: ReadonlyMap<string, Declared>): Declared {
  const { type, urn, inputs = {}, outputs = {} } = resource;
  const kind = lvsKind(resource);
  const options = optionsOf(resource, declared);
  if (kind === undefined)
    return new Component(type, nameOf(urn), opened(inputs), opened(outputs), options);
  const __provider = engineText(kind as KindName);
  return new Resource(type, nameOf(urn), { ...opened(inputs), __provider }, options);
}

/** Values with their secrets marked as such. */
function opened(values: unknown): pulumi.Inputs {
  return withSecrets(values, (plain) => pulumi.secret(plain)) as pulumi.Inputs;
}

function optionsOf(
  resource: StateResource,
  declared: ReadonlyMap<string, Declared>,
): pulumi.CustomResourceOptions {
  const { parent, dependencies = [], deletedWith } = resource;
  const with_ = deletedWith === undefined ? undefined : declared.get(deletedWith);
  return {
    ...(parent !== undefined && parentOption(parent, declared)),
    dependsOn: dependencies.flatMap((urn) => declared.get(urn) ?? []),
    ...(with_ && { deletedWith: with_ }),
    ...pick(resource, ["protect", "retainOnDelete", "customTimeouts"]),
    ...copied(resource, [
      "aliases",
      "additionalSecretOutputs",
      "ignoreChanges",
      "replaceOnChanges",
    ]),
  };
}

function parentOption(urn: string, declared: ReadonlyMap<string, Declared>) {
  const parent = declared.get(urn);
  return parent && { parent };
}

function pick<Key extends keyof StateResource>(resource: StateResource, keys: readonly Key[]) {
  const given = keys.filter((key) => resource[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, resource[key]]));
}

function copied<Key extends keyof StateResource>(resource: StateResource, keys: readonly Key[]) {
  const given = keys.filter((key) => resource[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, [...(resource[key] as readonly string[])]]));
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

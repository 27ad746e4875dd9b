import * as pulumi from "@pulumi/pulumi";
import { engineText, type KindName } from "../../../sdk/engine";
import { lvsKind, type StateResource } from "../state/checkpoint";
import { withSecrets } from "../state/secrets";
import type { RollbackPlan } from "./plan";
import { providerInputs, providerPackage, type Reference } from "./references";

type Declared = Resource | Component | Provider;

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

/** Stands for a provider that the program configures. */
class Provider extends pulumi.ProviderResource {}

/** Stands for a resource on a host, or one of others. */
class Resource extends pulumi.CustomResource {}

/** A program that declares the resources of a plan as they were, and answers the outputs that the stack has now. */
export function rollbackProgram(plan: RollbackPlan, outputs: unknown): pulumi.automation.PulumiFn {
  return async () => {
    const declared = new Map<string, Declared>();
    const add = (urn: string, make: () => Declared) => {
      if (!declared.has(urn)) declared.set(urn, make());
    };
    for (const reference of plan.references)
      add(reference.resource.urn, () => refer(reference, declared));
    for (const resource of plan.declared) add(resource.urn, () => declare(resource, declared));
    return opened(outputs);
  };
}

/**
 * Pulumi takes a resource that is no target from the state as it is, and asks only for its name. A provider it always
 * takes from the program: this one says what the state has, so that nothing changes.
 */
function refer(
  { resource, version, provider }: Reference,
  declared: ReadonlyMap<string, Declared>,
): Declared {
  const { type, urn, custom, parent } = resource;
  const plugin = providerPackage(resource);
  if (plugin !== undefined) {
    const { given, options } = providerInputs(resource);
    const whole = { ...optionsOf(resource, declared), ...options };
    return new Provider(plugin, nameOf(urn), opened(given), whole);
  }
  const configured = provider === undefined ? undefined : declared.get(provider);
  const options = {
    ...(parent !== undefined && parentOption(parent, declared)),
    ...(version !== undefined && { version }),
    ...(configured instanceof Provider && { provider: configured }),
  };
  return custom
    ? new Resource(type, nameOf(urn), {}, options)
    : new Component(type, nameOf(urn), {}, {}, options);
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
  const owner = deletedWith === undefined ? undefined : declared.get(deletedWith);
  return {
    ...(parent !== undefined && parentOption(parent, declared)),
    dependsOn: dependencies.flatMap((urn) => declared.get(urn) ?? []),
    ...(owner && { deletedWith: owner }),
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

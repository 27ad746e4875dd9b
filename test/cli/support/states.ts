import type { Deployment, StateResource } from "../../../provider/cli/state/checkpoint";

const PREFIX = "urn:pulumi:dev::lvs::";

/** The URN of a resource of this package in the stack dev. */
export function urnOf(kind: string, name: string): string {
  return `${PREFIX}pulumi-nodejs:dynamic/lvs:${kind}::${name}`;
}

/** The state of a stack with these resources. */
export function stack(...resources: StateResource[]): Deployment {
  const type = "pulumi:pulumi:Stack";
  return { resources: [{ type, urn: `${PREFIX}${type}::lvs-dev`, custom: false }, ...resources] };
}

/** A resource of this package on director1. */
export function lvs(kind: string, name: string, inputs: object = {}): StateResource {
  const urn = urnOf(kind, name);
  return {
    ...{ urn, custom: true, type: `pulumi-nodejs:dynamic/lvs:${kind}`, id: `director1 ${name}` },
    inputs: { owner: urn, ...inputs },
  };
}

/** A virtual service on 192.0.2.80:80 with these real servers. */
export function service(name: string, realServers: object, inputs: object = {}): StateResource {
  const whole = { protocol: "tcp", vip: "192.0.2.80", port: 80, scheduler: "wlc", ...inputs };
  return {
    ...lvs("VirtualService", name, { ...whole, realServers }),
    id: "director1 tcp 192.0.2.80:80",
  };
}

/** A resource of another provider. */
export function foreign(name: string): StateResource {
  const type = "aws:ec2/instance:Instance";
  const provider = `${PREFIX}pulumi:providers:aws::default::an-id`;
  return { urn: `${PREFIX}${type}::${name}`, type, custom: true, id: `i-${name}`, provider };
}

export function component(type: string, name: string): StateResource {
  return { urn: `${PREFIX}${type}::${name}`, type, custom: false };
}

/** A resource below a component. */
export function child(parent: StateResource, resource: StateResource): StateResource {
  const urn = resource.urn.replace(PREFIX, `${PREFIX}${parent.type}$`);
  return { ...resource, urn, parent: parent.urn };
}

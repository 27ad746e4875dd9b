import { z } from "zod";
import { problemText } from "../ipvs/problems";
import { type ServiceInput, serviceProblems } from "../ipvs/validate";
import type { Protocol } from "../ipvs/vocabulary";
import type { Facts } from "../registry/facts";
import { parseAddress } from "../values/address";
import { type Part, partKey } from "../values/part";
import { adopt, hostFields, hostIdentity, idOf, persist, wanted } from "./fields";
import { fromGrouped, type GroupedService, groupDeclaration, toGrouped } from "./groupedService";
import { healthCheckProblems } from "./healthCheckRules";
import type { HostInputs, Kind } from "./kind";
import {
  keyOf,
  nameOf,
  type VirtualServiceInputs,
  virtualService,
  fields as virtualServiceFields,
} from "./virtualService";

/** Many virtual services of one director. */
export interface VirtualServicesInputs extends HostInputs {
  /** By their names, such as `tcp 192.0.2.80:80`, so that a diff names the virtual service. */
  readonly services: Readonly<Record<string, GroupedService>>;
}

const { forwarding, sendRedirects, ...argumentFields } = virtualServiceFields.omit({
  ...{ connection: true, owner: true, adopt: true, persist: true },
}).shape;
const filledFields = { forwarding: forwarding.optional(), sendRedirects: sendRedirects.optional() };

const serviceInList = z.strictObject(
  { ...argumentFields, ...filledFields },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${(issue.keys as string[]).join(", ")} is not an argument of a virtual service: use ${Object.keys(argumentFields).join(", ")}`
        : `a virtual service is ${JSON.stringify(issue.input)}: give { vip: "192.0.2.80", port: 80 }`,
  },
);

const fields = z.strictObject({
  ...hostFields,
  services: z.array(serviceInList, wanted("services", "a list of virtual services")),
  adopt,
  persist,
});

type Declared = Omit<z.output<typeof fields>, "services"> & {
  readonly services: readonly object[];
};

const completeService = virtualService.complete as (declared: never) => VirtualServiceInputs;

/** Many virtual services of one director in one resource: each is what a resource of its own would be. */
export const virtualServices: Kind<VirtualServicesInputs> = {
  fields,
  argumentNames: { connection: "director" },
  declaration,
  rules: (given) => rules(given as unknown as { services?: readonly ServiceInput[] }),
  complete({ services, ...host }: Declared) {
    const completed = services.map((one) => {
      return toGrouped(completeService({ ...one, ...host } as never));
    });
    return { ...host, services: Object.fromEntries(completed) };
  },
  identity: hostIdentity,
  id: (inputs) => idOf(inputs, "virtual services"),
  facts(inputs) {
    const each = servicesOf(inputs).flatMap((one) => virtualService.facts(one));
    return [...new Set(["ipvs", "modules", "tools", "filters", ...each] as const)];
  },
  services: (inputs) => servicesOf(inputs).map(keyOf),
  modules: (inputs) => [
    ...new Set(servicesOf(inputs).flatMap((one) => virtualService.modules?.(one) ?? [])),
  ],
  parts(inputs, facts) {
    const each = servicesOf(inputs).flatMap((one) => virtualService.parts(one, facts));
    return [...new Map(each.map((part): [string, Part] => [partKey(part), part])).values()];
  },
  live,
  quorums: (inputs) => servicesOf(inputs).flatMap((one) => virtualService.quorums?.(one) ?? []),
  pace: ({ services }) => ({
    drainOf: (name) => services[name]?.drain,
    slowStartOf: (name) => services[name]?.slowStart,
    has: (name) => Object.hasOwn(services, name),
  }),
  warnings(inputs, facts) {
    const each = servicesOf(inputs).flatMap((one) => virtualService.warnings?.(one, facts) ?? []);
    return summarized([...new Set(each)]);
  },
};

/** Each virtual service as a resource of its own would have it. */
function servicesOf({ services, ...host }: VirtualServicesInputs): VirtualServiceInputs[] {
  return Object.entries(services).map(([name, one]) => fromGrouped(name, one, host));
}

function live(
  inputs: VirtualServicesInputs,
  facts: Facts,
  isClaimed: boolean,
): VirtualServicesInputs | undefined {
  const found = servicesOf(inputs).flatMap((one): [string, GroupedService][] => {
    const seen = virtualService.live(one, facts, isClaimed);
    if (!seen) return [];
    return [toGrouped(seen)];
  });
  const isGone = found.length === 0 && Object.keys(inputs.services).length > 0;
  return isGone ? undefined : { ...inputs, services: Object.fromEntries(found) };
}

/** Virtual services as check answers them are a list again; an object with other keys is refused as it is. */
function declaration(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { services } = given;
  if (typeof services !== "object" || services === null || Array.isArray(services)) return given;
  const list = groupDeclaration(services as Readonly<Record<string, unknown>>);
  return list ? { ...given, services: list } : given;
}

function nameIfKnown(service: ServiceInput): string | undefined {
  const { protocol, vip, port } = service;
  if (protocol === undefined || vip === undefined || port === undefined) return undefined;
  return parseAddress(vip) && nameOf({ protocol: protocol as Protocol, vip, port });
}

function rules({ services = [] }: { services?: readonly ServiceInput[] }): string[] {
  const problems = services.flatMap((service, index) => {
    const own = [...serviceProblems(service).map(problemText), ...healthCheckProblems(service)];
    return own.map((one) => `services.${index}: ${one}`);
  });
  const names = services.map(nameIfKnown).filter((name) => name !== undefined);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...problems,
    ...[...new Set(twice)].map((name) => `services has ${name} more than once: declare it once`),
  ];
}

/** A thousand virtual services can have a thousand warnings: the first ones, and how many there are. */
function summarized(warnings: readonly string[], shown = 10): string[] {
  const more = warnings.length - shown;
  return more > 0
    ? [...warnings.slice(0, shown), `${more} more warnings of this kind`]
    : [...warnings];
}

import { z } from "zod";
import { problemText } from "../ipvs/problems";
import { type ServiceInput, serviceProblems } from "../ipvs/validate";
import type { Protocol } from "../ipvs/vocabulary";
import type { Facts } from "../registry/facts";
import { parseAddress } from "../values/address";
import { type Part, partKey } from "../values/part";
import { rememberByObject } from "../values/remember";
import { adopt, hostFields, hostIdentity, idOf, persist, wanted } from "./fields";
import { fromGrouped, type GroupedService, groupDeclaration, toGrouped } from "./groupedService";
import { healthCheckProblems } from "./healthCheckRules";
import type { HostInputs, Kind } from "./kind";
import { virtualService } from "./virtualService";
import {
  completeService,
  nameOf,
  serviceFields,
  type VirtualServiceInputs,
} from "./virtualServiceFields";

/** The inputs of a group: many virtual services of a director in one resource. */
export interface VirtualServicesInputs extends HostInputs {
  /** The virtual services by name (`tcp 192.0.2.80:80`), so that a diff names the virtual service. */
  readonly services: Readonly<Record<string, GroupedService>>;
}

const { forwarding, sendRedirects, ...argumentFields } = serviceFields.omit({
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

/** A group of virtual services. Each virtual service behaves like a VirtualService resource. */
export const virtualServices: Kind<VirtualServicesInputs> = {
  fields,
  argumentNames: { connection: "director" },
  declaration,
  rules: (given) => rules(given as unknown as { services?: readonly ServiceInput[] }),
  complete({ services, ...host }: Declared) {
    const grouped = services.map((service) =>
      toGrouped(completeService({ ...service, ...host } as never)),
    );
    return { ...host, services: Object.fromEntries(grouped) };
  },
  identity: hostIdentity,
  id: (inputs) => idOf(inputs, "virtual services"),
  facts(inputs) {
    const names = servicesOf(inputs).flatMap((service) => virtualService.facts(service));
    return [...new Set(["ipvs", "modules", "tools", "filters", ...names] as const)];
  },
  services: (inputs) => servicesOf(inputs).flatMap((one) => virtualService.services?.(one) ?? []),
  modules: (inputs) => [
    ...new Set(servicesOf(inputs).flatMap((service) => virtualService.modules?.(service) ?? [])),
  ],
  parts(inputs, facts) {
    const parts = servicesOf(inputs).flatMap((service) => virtualService.parts(service, facts));
    return [...new Map(parts.map((part): [string, Part] => [partKey(part), part])).values()];
  },
  live,
  quorums: (inputs) => servicesOf(inputs).flatMap((one) => virtualService.quorums?.(one) ?? []),
  pace: ({ services }) => ({
    drainOf: (name) => services[name]?.drain,
    slowStartOf: (name) => services[name]?.slowStart,
    has: (name) => Object.hasOwn(services, name),
  }),
  warnings(inputs, facts) {
    const warnings = servicesOf(inputs).flatMap(
      (service) => virtualService.warnings?.(service, facts) ?? [],
    );
    return truncateWarnings([...new Set(warnings)]);
  },
};

/** The inputs that VirtualService resources of these virtual services would have. */
const servicesOf = rememberByObject(
  ({ services, ...host }: VirtualServicesInputs): readonly VirtualServiceInputs[] =>
    Object.entries(services).map(([name, service]) => fromGrouped(name, service, host)),
);

function live(
  inputs: VirtualServicesInputs,
  facts: Facts,
  isClaimed: boolean,
): VirtualServicesInputs | undefined {
  const services = servicesOf(inputs).flatMap((service): [string, GroupedService][] => {
    const liveService = virtualService.live(service, facts, isClaimed);
    return liveService ? [toGrouped(liveService)] : [];
  });
  const isGone = services.length === 0 && Object.keys(inputs.services).length > 0;
  return isGone ? undefined : { ...inputs, services: Object.fromEntries(services) };
}

/** Converts `services` from check's output back to a list; leaves any other value for the schema to refuse. */
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
    return own.map((problem) => `services.${index}: ${problem}`);
  });
  const names = services.map(nameIfKnown).filter((name) => name !== undefined);
  const duplicates = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...problems,
    ...[...new Set(duplicates)].map(
      (name) => `services has ${name} more than once: declare it once`,
    ),
  ];
}

/** Keeps the first ten warnings and the number of the others, because a large group can have thousands. */
function truncateWarnings(warnings: readonly string[], shown = 10): string[] {
  const more = warnings.length - shown;
  return more > 0
    ? [...warnings.slice(0, shown), `${more} more warnings of this kind`]
    : [...warnings];
}

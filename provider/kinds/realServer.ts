import { z } from "zod";
import type { DrainSetting, SlowStart } from "../drain/settings";
import { realServerPartId, realServerValue } from "../ipvs/realServerPart";
import { type ServiceInput, serviceProblems } from "../ipvs/validate";
import type { Protocol } from "../ipvs/vocabulary";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { canonicalAddress, endpoint } from "../values/address";
import { LvsError } from "../values/errors";
import { drain, slowStart } from "./drainField";
import { adopt, hostFields, hostIdentity, idOf, persist } from "./fields";
import type { HostInputs, Kind } from "./kind";
import {
  declaredReplies,
  liveReplies,
  type NatReplies,
  reachFacts,
  reachParts,
  repliesArguments,
  repliesFields,
} from "./reach";
import {
  desiredRealServer,
  liveRealServer,
  type RealServerInputs,
  realServerFields,
  realServerInputs,
} from "./realServerFields";
import { liveTemplates, templateFacts, templateParts } from "./templates";
import { keyOf, nameOf } from "./virtualServiceFields";
import { replyWarnings } from "./warnings";

/** The inputs of a real server that is a resource of its own. */
export interface RealServerResourceInputs extends HostInputs, RealServerInputs, NatReplies {
  readonly drain?: DrainSetting | undefined;
  readonly slowStart?: SlowStart | undefined;
  readonly service: { readonly protocol: Protocol; readonly vip: string; readonly port: number };
}

const fields = z.strictObject({
  ...hostFields,
  service: z.strictObject({
    protocol: z.string(),
    vip: z.string().transform(canonicalAddress),
    port: z.number(),
  }),
  ...realServerFields,
  healthCheck: z
    .undefined({
      error:
        "healthCheck needs the list of all real servers, since keepalived checks those of a virtual service together: " +
        "declare this one in the realServers of its VirtualService",
    })
    .optional(),
  port: realServerFields.port.meta({ sameAs: "service.port" }),
  adopt,
  drain,
  slowStart,
  persist,
  ...repliesFields,
});

// The problems of the virtual service itself are left out, because its own resource reports them.
function rules({ service, ...declared }: Partial<RealServerResourceInputs>): string[] {
  const problems = serviceProblems({ ...service, realServers: [declared] } as ServiceInput);
  return problems.filter(({ path }) => path !== "").map(({ reason }) => reason);
}

function complete(declared: z.output<typeof fields>): RealServerResourceInputs {
  const { service } = declared;
  return {
    ...declared,
    ...realServerInputs(declared, service.port),
    service: { ...service, protocol: service.protocol as Protocol },
    ...declaredReplies([declared]),
  };
}

/** A real server of a virtual service that does not own its real servers. */
export const realServer: Kind<RealServerResourceInputs> = {
  fields,
  argumentNames: {
    ...{ connection: undefined, service: "virtualService", healthCheck: undefined },
    ...repliesArguments,
  },
  rules,
  complete,
  identity: [...hostIdentity, "service.protocol", "service.vip", "service.port", "rip", "port"],
  id: (inputs) => idOf(inputs, partId(inputs)),
  facts: (inputs) => [
    ...(["ipvs", "tools", "filters"] as const),
    ...reachFacts([inputs]),
    ...templateFacts(inputs),
  ],
  services: ({ service }) => [keyOf(service)],
  parts(inputs, facts) {
    requireTools(facts.tools, "ipvsadm", "sysctl", "ip", "awk");
    refuseWithoutService(inputs, facts);
    const service = keyOf(inputs.service);
    return [
      ...templateParts(inputs),
      ...reachParts(inputs.service.vip, [inputs], facts),
      {
        type: "realServer",
        id: partId(inputs),
        value: realServerValue(service, desiredRealServer(inputs)),
        shared: false,
      },
    ];
  },
  live(inputs, facts) {
    const live = facts.ipvs[nameOf(inputs.service)]?.realServers[endpoint(inputs.rip, inputs.port)];
    if (!live) return undefined;
    const { tunnel: _tunnel, ...rest } = inputs;
    const replies = liveReplies(inputs.service.vip, [inputs], facts);
    return { ...rest, ...liveTemplates(inputs, facts), ...liveRealServer(live), ...replies };
  },
  warnings: (inputs, { filters }) => replyWarnings([inputs], filters),
  pace: ({ drain, slowStart }) => ({ drainOf: () => drain, slowStartOf: () => slowStart }),
};

function partId(inputs: RealServerResourceInputs): string {
  return realServerPartId(nameOf(inputs.service), endpoint(inputs.rip, inputs.port));
}

function refuseWithoutService(inputs: RealServerResourceInputs, facts: Facts): void {
  if (facts.ipvs[nameOf(inputs.service)]) return;
  throw new LvsError(
    "input",
    `the virtual service ${nameOf(inputs.service)} is not on this director; nothing was changed. ` +
      "It may have been deleted by hand: run pulumi up --refresh",
  );
}

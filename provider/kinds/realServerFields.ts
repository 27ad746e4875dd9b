import { z } from "zod";
import type { RealServer, RealServerConfig } from "../ipvs/model";
import type { ForwardingMethod } from "../ipvs/vocabulary";
import { canonicalAddress, endpoint } from "../values/address";
import { wanted } from "./fields";

/** A real server in the inputs and the state of a resource, after check. */
export interface RealServerInputs {
  readonly rip: string;
  readonly port: number;
  readonly forwardingMethod: ForwardingMethod;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** Only in what read found: a tunnel that is not ipip. */
  readonly tunnel?: unknown;
}

/** The fields of a real server; which values they may have, and together, provider/ipvs/validate says. */
export const realServerFields = {
  rip: z.string(wanted("rip", "the real server's address")).transform(canonicalAddress),
  port: z.number(wanted("port", "a number")).optional(),
  forwardingMethod: z.string(wanted("forwardingMethod", '"nat", "dr" or "tun"')),
  weight: z.number(wanted("weight", "a number")).default(1),
  upperThreshold: z.number(wanted("upperThreshold", "a number")).default(0),
  lowerThreshold: z.number(wanted("lowerThreshold", "a number")).default(0),
};

/** A real server in a list. */
export const realServerInList = z.strictObject(realServerFields, {
  error: (issue) =>
    issue.code === "unrecognized_keys"
      ? `${(issue.keys as string[]).join(", ")} is not an argument of a real server: use ${Object.keys(realServerFields).join(", ")}`
      : `a real server is ${JSON.stringify(issue.input)}: give { rip: "192.0.2.11", forwardingMethod: "dr" }`,
});

type Declared = z.output<z.ZodObject<typeof realServerFields>>;

/** A declared real server in the form of inputs: its port is that of the virtual service unless it names one. */
export function realServerInputs(declared: Declared, servicePort: number): RealServerInputs {
  const {
    rip,
    port = servicePort,
    forwardingMethod,
    weight,
    upperThreshold,
    lowerThreshold,
  } = declared;
  return {
    rip,
    port,
    forwardingMethod: forwardingMethod as ForwardingMethod,
    weight,
    upperThreshold,
    lowerThreshold,
  };
}

/** A real server of the inputs as the IPVS table has it. */
export function desiredRealServer(inputs: RealServerInputs): RealServer {
  const { rip, port, forwardingMethod, weight, upperThreshold, lowerThreshold } = inputs;
  return {
    key: { rip, port },
    config: {
      forwardingMethod,
      weight,
      upperThreshold,
      lowerThreshold,
      ...(forwardingMethod === "tun" && { tunnel: { type: "ipip" as const } }),
    },
  };
}

/** A real server of the IPVS table in the form of inputs. */
export function liveRealServer({ key, config }: RealServer): RealServerInputs {
  const { tunnel, ...rest } = config satisfies RealServerConfig;
  return { ...key, ...rest, ...(tunnel && tunnel.type !== "ipip" && { tunnel }) };
}

/** Real servers as check answers them are a list again; an object with other keys is refused as it is. */
export function declarationOf(
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { realServers } = given;
  if (typeof realServers !== "object" || realServers === null || Array.isArray(realServers))
    return given;
  const named = Object.entries(realServers);
  const isAnswer = named.every(([name, realServer]) => name === endpointOf(realServer));
  return isAnswer ? { ...given, realServers: named.map(([, realServer]) => realServer) } : given;
}

function endpointOf(realServer: unknown): string | undefined {
  const { rip, port } = Object(realServer) as Partial<RealServerInputs>;
  const isNamed = typeof rip === "string" && typeof port === "number";
  return isNamed ? endpoint(rip, port) : undefined;
}

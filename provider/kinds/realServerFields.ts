import { z } from "zod";
import type { RealServer, RealServerConfig } from "../ipvs/model";
import type { ForwardingMethod } from "../ipvs/vocabulary";
import type { OwnCheck } from "../keepalived/healthCheck";
import { canonicalAddress, endpoint } from "../values/address";
import { wanted } from "./fields";
import { ownHealthCheck } from "./healthCheckField";

/** A real server in the inputs and in the state of a resource. */
export interface RealServerInputs {
  readonly rip: string;
  readonly port: number;
  readonly forwardingMethod: ForwardingMethod;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** How it is checked, in the place of the check of its virtual service; false: not at all. */
  readonly healthCheck?: OwnCheck | undefined;
  /** A live tunnel of another type than ipip; only the result of read has the field. */
  readonly tunnel?: unknown;
}

/** The fields of a real server. The rules for their values are in provider/ipvs/validateRealServer.ts. */
export const realServerFields = {
  rip: z.string(wanted("rip", "the real server's address")).transform(canonicalAddress),
  port: z.number(wanted("port", "a number")).optional(),
  forwardingMethod: z.string(wanted("forwardingMethod", '"nat", "dr" or "tun"')),
  weight: z.number(wanted("weight", "a number")).default(1),
  upperThreshold: z.number(wanted("upperThreshold", "a number")).default(0),
  lowerThreshold: z.number(wanted("lowerThreshold", "a number")).default(0),
};

const fieldsInList = { ...realServerFields, healthCheck: ownHealthCheck };

/** A real server in the list `realServers`. */
export const realServerInList = z.strictObject(fieldsInList, {
  error: (issue) =>
    issue.code === "unrecognized_keys"
      ? `${(issue.keys as string[]).join(", ")} is not an argument of a real server: use ${Object.keys(fieldsInList).join(", ")}`
      : `a real server is ${JSON.stringify(issue.input)}: give { rip: "192.0.2.11", forwardingMethod: "dr" }`,
});

type Declared = z.output<z.ZodObject<typeof realServerFields>> & {
  readonly healthCheck?: OwnCheck | undefined;
};

/** Makes the inputs of a real server, whose default port is the port of the virtual service. */
export function realServerInputs(declared: Declared, servicePort: number): RealServerInputs {
  const {
    rip,
    port = servicePort,
    forwardingMethod,
    weight,
    upperThreshold,
    lowerThreshold,
    healthCheck,
  } = declared;
  return {
    rip,
    port,
    forwardingMethod: forwardingMethod as ForwardingMethod,
    weight,
    upperThreshold,
    lowerThreshold,
    ...(healthCheck !== undefined && { healthCheck }),
  };
}

/** Converts the inputs of a real server to a real server of the IPVS table. */
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

/** Converts a real server of the IPVS table to inputs. */
export function liveRealServer({ key, config }: RealServer): RealServerInputs {
  const { tunnel, ...rest } = config satisfies RealServerConfig;
  return { ...key, ...rest, ...(tunnel && tunnel.type !== "ipip" && { tunnel }) };
}

/** Converts `realServers` from check's output back to a list; leaves any other value for the schema to refuse. */
export function declarationOf(
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { realServers } = given;
  if (typeof realServers !== "object" || realServers === null || Array.isArray(realServers))
    return given;
  const entries = Object.entries(realServers);
  const isCheckOutput = entries.every(([name, realServer]) => name === endpointOf(realServer));
  if (!isCheckOutput) return given;
  return { ...given, realServers: entries.map(([, realServer]) => realServer) };
}

function endpointOf(realServer: unknown): string | undefined {
  const { rip, port } = Object(realServer) as Partial<RealServerInputs>;
  return typeof rip === "string" && typeof port === "number" ? endpoint(rip, port) : undefined;
}

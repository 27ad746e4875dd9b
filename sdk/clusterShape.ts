import type {
  ClusterArgs,
  ClusterDirectorArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
} from "./clusterArgs";
import { Director } from "./director";
import { isLater } from "./later";
import { refusal } from "./refusal";

/** Why a value of the program is not what an argument takes: where, and why. */
type Reader = (path: string, value: unknown) => string[];

/** A reader for every argument, so that none can be forgotten. */
type Shape<Args> = { readonly [Name in keyof Args]-?: Reader };

/** What can be an output: single resources read it. */
const input: Reader = () => [];
const text = plain("a text", (value) => typeof value === "string");
const number = plain("a number", (value) => typeof value === "number");
const address = plain("an address", (value) => typeof value === "string");
const addresses = list(address, "a list of addresses");
const oneOrMore: Reader = (path, value) =>
  Array.isArray(value)
    ? addresses(path, value)
    : plain("an address, or a list", (one) => typeof one === "string")(path, value);

const directorShape: Shape<ClusterDirectorArgs> = {
  ...{ connection: input, director: input },
  active: maybe(plain("true or false", (value) => typeof value === "boolean")),
  ...{ interface: input, name: maybe(text) },
};

const serviceShape: Shape<ClusterServiceArgs> = {
  ...{ port: number, protocol: maybe(text), vips: maybe(addresses), realServerPort: input },
  ...{ scheduler: input, schedulerFlags: input },
  ...{ persistenceSeconds: input, persistenceNetmask: input },
};

const realServerShape: Shape<ClusterRealServerArgs> = {
  ...{ rip: oneOrMore, connection: input, interface: input, replyGateway: input },
  ...{ name: maybe(text), weight: input, upperThreshold: input, lowerThreshold: input },
};

const director: Reader = (path, value) =>
  Director.isInstance(value) ? [] : shaped("a director", directorShape)(path, value);

const clusterShape: Shape<ClusterArgs> = {
  ...{ vips: addresses, forwardingMethod: text, directors: list(director) },
  services: list(shaped("a virtual service", serviceShape)),
  realServers: list(shaped("a real server", realServerShape)),
  dip: maybe(oneOrMore),
};

/** Refuses, all at once, what a program that no compiler has read may have got wrong: names and types. */
export function refuseMisshapen(args: ClusterArgs): void {
  const problems = shaped("a Cluster", clusterShape)("", args);
  if (problems.length > 0) throw refusal(problems.join("\n"));
}

function shaped(thing: string, shape: Readonly<Record<string, Reader>>): Reader {
  const object = plain("an object", (value) => typeof value === "object" && value !== null);
  return (path, value) => {
    const problems = object(path || "args", value);
    if (problems.length > 0) return problems;
    const given = value as Readonly<Record<string, unknown>>;
    const below = path === "" ? "" : `${path}.`;
    const strays = Object.keys(given).filter(
      (name) => given[name] !== undefined && !Object.hasOwn(shape, name),
    );
    const stray = `${path === "" ? "" : `${path}: `}${strays.join(", ")} is not an argument of ${thing}`;
    return [
      ...(strays.length > 0 ? [`${stray}: use ${Object.keys(shape).join(", ")}`] : []),
      ...Object.entries(shape).flatMap(([name, read]) => read(below + name, given[name])),
    ];
  };
}

function list(element: Reader, what = "a list"): Reader {
  return (path, value) =>
    Array.isArray(value)
      ? value.flatMap((one, index) => element(`${path}.${index}`, one))
      : plain(what, () => false)(path, value);
}

function maybe(reader: Reader): Reader {
  return (path, value) => (value === undefined ? [] : reader(path, value));
}

function plain(what: string, isFine: (value: unknown) => boolean): Reader {
  return (path, value) => {
    if (isLater(value)) {
      return [
        `${path} is an output: a Cluster takes a plain value here, since it chooses and names its resources by it. ` +
          "What only the update knows goes into single resources: VirtualIp, VirtualService, RealServerVip, RealServerGateway",
      ];
    }
    return isFine(value) ? [] : [`${path} is ${shown(value)}: give ${what}`];
  };
}

/** A value in a message: what is inside an object may be a secret in the wrong place. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "object" && value !== null
    ? "a value of type object"
    : JSON.stringify(value);
}

import type {
  ClusterArgs,
  ClusterDirectorArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
  ClusterServiceRealServerArgs,
  NamedAddress,
} from "./clusterArgs";
import { Director } from "./director";
import type { FailoverSettings } from "./failover";
import { isLater } from "./later";
import { refusal } from "./refusal";
import type { RealServerSettings } from "./virtualService";

/** Checks the type of an argument's value, and returns the problems with their paths. */
type Reader = (path: string, value: unknown) => string[];

/** A reader for every argument. The compiler refuses a shape without one of them. */
type Shape<Args> = { readonly [Name in keyof Args]-?: Reader };

/** The reader for arguments that the checks of resources verify. */
const unread: Reader = () => [];
const VALUES_CAN_BE = "; the values in it can be outputs";
const text = plain("a text", isText);
const texts = list(text, "a list of texts");
const flag = plain("true or false", (value) => typeof value === "boolean");
const inputText = input("a text", isText);
const rip = (what: string) => input(what, isText);
const namedAddressShape: Shape<NamedAddress> = { name: text, address: rip("an address") };
const address = (what: string) => either(shaped("a named address", namedAddressShape), rip(what));

const directorShape: Shape<ClusterDirectorArgs> = {
  ...{ connection: unread, director: unread },
  active: maybe(flag),
  ...{ exclusive: unread, address: unread, interface: unread, name: maybe(text) },
};
const director: Reader = (path, value) =>
  Director.isInstance(value) ? [] : shaped("a director", directorShape)(path, value);

const settingsShape: Shape<RealServerSettings> = {
  ...{ weight: unread, upperThreshold: unread, lowerThreshold: unread, healthCheck: unread },
};
const memberShape: Shape<ClusterServiceRealServerArgs> = {
  ...{ name: text, port: unread, ...settingsShape },
};
const member = either(shaped("a real server of a service", memberShape), text);

const serviceShape: Shape<ClusterServiceArgs> = {
  ...{ port: input("a number", (value) => typeof value === "number"), protocol: maybe(inputText) },
  ...{ name: maybe(text), vips: maybe(texts), realServers: maybe(list(member)) },
  ...{ realServerPort: unread, scheduler: unread, schedulerFlags: unread },
  ...{ persistenceSeconds: unread, persistenceNetmask: unread, drain: unread, slowStart: unread },
  ...{ healthCheck: unread, waitForHealthy: unread },
};

const realServerShape: Shape<ClusterRealServerArgs> = {
  ...{ rip: oneOrMore(rip), connection: unread, forwardingMethod: maybe(inputText) },
  ...{ interface: unread, replyGateway: unread, name: maybe(text), ...settingsShape },
};

const failoverShape: Shape<FailoverSettings> = {
  ...{ virtualRouterId: unread, preempt: unread, preemptDelaySeconds: unread },
  ...{ advertIntervalSeconds: unread, syncConnections: unread, multicast: unread, garp: unread },
  trackQuorum: unread,
};

const clusterShape: Shape<ClusterArgs> = {
  ...{ vips: list(address("an address"), "a list of addresses"), forwardingMethod: inputText },
  ...{ directors: list(director), services: list(shaped("a virtual service", serviceShape)) },
  realServers: list(shaped("a real server", realServerShape)),
  ...{ failover: maybe(shaped("failover", failoverShape)), anycast: maybe(flag) },
  ...{ dip: maybe(oneOrMore(address)), drain: unread, slowStart: unread, healthCheck: unread },
  waitForHealthy: unread,
  ...{ groupServices: maybe(flag), persist: unread },
};

/** Refuses unknown names and wrong types, all at once, for programs without a type checker. */
export function refuseMisshapen(args: ClusterArgs): void {
  const problems = shaped("a Cluster", clusterShape)("", args);
  if (problems.length > 0) throw refusal(problems.join("\n"));
}

function shaped(thing: string, shape: Readonly<Record<string, Reader>>): Reader {
  const object = plain("an object", isObject, VALUES_CAN_BE);
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
      : plain(what, () => false, VALUES_CAN_BE)(path, value);
}

/** Reads a list, or a single element. */
function oneOrMore(element: (what: string) => Reader): Reader {
  const [several, single] = [list(element("an address")), element("an address, or a list")];
  return (path, value) => (Array.isArray(value) ? several : single)(path, value);
}

function either(ofObject: Reader, ofOther: Reader): Reader {
  return (path, value) => (isObject(value) && !isLater(value) ? ofObject : ofOther)(path, value);
}

function maybe(reader: Reader): Reader {
  return (path, value) => (value === undefined ? [] : reader(path, value));
}

/** Reads a value that may be an output. */
function input(what: string, isFine: (value: unknown) => boolean): Reader {
  return (path, value) => (isLater(value) ? [] : plain(what, isFine)(path, value));
}

/** Reads a value that must be plain. */
function plain(what: string, isFine: (value: unknown) => boolean, more = ""): Reader {
  return (path, value) => {
    if (isLater(value)) {
      return [`${path} is an output, which cannot choose or name resources: give ${what}${more}`];
    }
    return isFine(value) ? [] : [`${path} is ${shown(value)}: give ${what}`];
  };
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** The text of a value in a message. The contents of objects are hidden, because they may be secrets. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return isObject(value) ? "a value of type object" : JSON.stringify(value);
}

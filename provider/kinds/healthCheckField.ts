import { z } from "zod";
import { addressProblem } from "../ipvs/problems";
import {
  type CheckType,
  checkers,
  type HealthCheck,
  type OwnCheck,
} from "../keepalived/healthCheck";
import { hasUnknown } from "../unknowns";
import { canonicalAddress, parseAddress } from "../values/address";
import { accepted, areStatusCodes, choice, flag, whole, word } from "./healthCheckValues";

const seconds = (name: string, usual: number) => whole(name, 1, 3600).default(usual);
const HOST = /^[A-Za-z0-9_.:[\]-]+$/;
const DOMAIN = /^(?=.{1,253}$)(\.|[\w-]{1,63}(\.[\w-]{1,63})*\.?)$/;
const LONGEST_TEXT = 100;

const sorryServer = z.strictObject({
  rip: z
    .string()
    .refine((rip) => parseAddress(rip) !== undefined, {
      error: ({ input }) =>
        `healthCheck.sorryServer.rip is ${JSON.stringify(input)}: give an address`,
    })
    .transform((rip) => (parseAddress(rip) ? canonicalAddress(rip) : rip)),
  port: whole("sorryServer.port", 1, 65535),
  forwardingMethod: z.enum(["nat", "dr", "tun"]),
});

const common = {
  intervalSeconds: seconds("intervalSeconds", 5),
  timeoutSeconds: seconds("timeoutSeconds", 5),
  retries: whole("retries", 1, 100).default(1),
  delayBeforeRetrySeconds: seconds("delayBeforeRetrySeconds", 1),
  warmupSeconds: whole("warmupSeconds", 0, 3600).optional(),
};

const ofService = {
  quorum: whole("quorum", 1, 4294967295).optional(),
  hysteresis: whole("hysteresis", 0, 4294967294).optional(),
  sorryServer: sorryServer.optional(),
};

const ofRealServer = {
  address: z
    .string()
    .transform((given, context) => {
      const message = addressProblem("healthCheck.address", given);
      if (message !== undefined) context.addIssue({ code: "custom", message });
      return canonicalAddress(given);
    })
    .optional(),
};

const port = whole("port", 1, 65535).optional();
/** Where the check goes: also to the VIP on the real server. */
const target = { port, through: choice("through", ["vip"]).optional() };

const page = {
  path: word("path", /^\/[\w./~%&=?:@+,;-]*$/, 'a path such as "/health", without spaces').default(
    "/",
  ),
  host: word("host", HOST, "the name for the Host header").optional(),
  status: accepted(
    "status",
    areStatusCodes,
    'a status from 100 to 599, such as 204, or a text of some, such as "200-299 304"',
  ).optional(),
  digest: word(
    "digest",
    /^[0-9A-Fa-f]{32}$/,
    "the 32 hexadecimal digits that genhash prints",
  ).optional(),
  text: word(
    "text",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    /^[^\u0000-\u001f\u007f]+$/,
    "a text of the page on one line",
  )
    .refine((text) => Buffer.byteLength(text) <= LONGEST_TEXT, {
      error: `healthCheck.text is longer than ${LONGEST_TEXT} bytes: give a shorter text of the page`,
    })
    .optional(),
};

/** What each type has besides. */
const own: Readonly<Record<CheckType, z.ZodRawShape>> = {
  tcp: target,
  http: { ...target, ...page },
  https: { ...target, ...page, sni: flag("sni").optional() },
  dns: {
    ...target,
    queryName: word(
      "queryName",
      DOMAIN,
      'a domain name such as "example.com", or "." for the root',
    ).optional(),
    queryType: choice("queryType", ["A", "AAAA", "CNAME", "MX", "NS", "SOA", "TXT"]).optional(),
  },
  smtp: { ...target, heloName: word("heloName", HOST, "a host name").optional() },
  udp: {
    ...target,
    payload: word(
      "payload",
      /^([0-9a-f]{2}){0,99}(?!ff)[0-9a-f]{2}$/i,
      'up to 100 bytes as hexadecimal digits, such as "0a1b"; keepalived does not take ff as the last one',
    ).optional(),
    requireReply: accepted(
      "requireReply",
      isReply,
      'true, or the first bytes of the reply as hexadecimal digits, such as "0a1x", with x for any digit; keepalived does not take ff as the last byte',
    ).optional(),
  },
  ping: {},
  script: {
    port,
    script: word(
      "script",
      /^(\/[\w.-]+)+$/,
      'the path of an executable on the director, such as "/usr/local/bin/check-shop", without spaces',
    ),
  },
};

const types = Object.keys(checkers) as CheckType[];

function checksWith(more: z.ZodRawShape, example: string) {
  const shapes = types.map((type) =>
    z.strictObject({ type: z.literal(type), ...common, ...more, ...own[type] }),
  );
  return z.discriminatedUnion("type", shapes as never, {
    error: ({ input }) =>
      `healthCheck is ${JSON.stringify(input)}: give ${example}, or another of ${types.join(", ")}`,
  });
}

/** How keepalived checks the real servers of a virtual service. What cannot be known yet passes. */
export const healthCheck = field<HealthCheck>(checksWith(ofService, '{ type: "tcp" }'));

/** How keepalived checks one real server, in the place of the check of its virtual service; false: not at all. */
export const ownHealthCheck = field<OwnCheck>(
  checksWith(ofRealServer, 'false, { type: "tcp" }'),
  (given) => given === false,
);

function field<Value>(checks: z.ZodType, isOff = (_given: unknown) => false) {
  return z
    .unknown()
    .transform((given, context): Value => {
      if (isOff(given) || hasUnknown(given)) return given as Value;
      const read = checks.safeParse(given);
      if (read.success) return read.data as Value;
      for (const issue of read.error.issues)
        context.addIssue({ code: "custom", message: reason(issue, given as HealthCheck) });
      return given as Value;
    })
    .optional();
}

function isReply(value: unknown): value is boolean | string {
  return (
    typeof value === "boolean" || /^([0-9a-fx]{2}){0,99}(?!ff)[0-9a-fx]{2}$/i.test(String(value))
  );
}

function reason(issue: z.core.$ZodIssue, { type }: HealthCheck): string {
  const where = ["healthCheck", ...issue.path].join(".");
  if (issue.code === "unrecognized_keys")
    return `${where} of type ${JSON.stringify(type)} has no ${issue.keys.join(", ")}: ${advice(issue.keys)}`;
  return issue.message.startsWith("healthCheck") ? issue.message : `${where}: ${issue.message}`;
}

function advice(strays: readonly string[]): string {
  if (strays.includes("address"))
    return "it would be one for all real servers, which has to be said in the healthCheck of each; leave it out";
  const ofAll = strays.filter((name) => Object.hasOwn(ofService, name));
  return ofAll.length === 0
    ? "leave it out"
    : "they are of all real servers together; give them in the healthCheck of the virtual service";
}

import { z } from "zod";
import type { HealthCheck } from "../keepalived/healthCheck";
import { hasUnknown } from "../unknowns";
import { canonicalAddress, parseAddress } from "../values/address";

const seconds = (name: string, usual: number) => whole(name, 1, 3600).default(usual);

function whole(name: string, from: number, to: number) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: use a whole number from ${from} to ${to}`;
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error });
}

// keepalived reads words apart by spaces, and takes quotes, braces, "$", "#" and "!" for its own (keepalived.conf(5)).
function word(name: string, pattern: RegExp, what: string) {
  const error = ({ input }: { input?: unknown }) =>
    `healthCheck.${name} is ${JSON.stringify(input)}: give ${what}`;
  return z.string({ error }).regex(pattern, { error });
}

const common = {
  intervalSeconds: seconds("intervalSeconds", 5),
  timeoutSeconds: seconds("timeoutSeconds", 5),
  retries: whole("retries", 1, 100).default(1),
  delayBeforeRetrySeconds: seconds("delayBeforeRetrySeconds", 1),
  port: whole("port", 1, 65535).optional(),
  sorryServer: z
    .strictObject({
      rip: z
        .string()
        .refine((rip) => parseAddress(rip) !== undefined, {
          error: ({ input }) =>
            `healthCheck.sorryServer.rip is ${JSON.stringify(input)}: give an address`,
        })
        .transform((rip) => (parseAddress(rip) ? canonicalAddress(rip) : rip)),
      port: whole("sorryServer.port", 1, 65535),
      forwardingMethod: z.enum(["nat", "dr", "tun"]),
    })
    .optional(),
};

const checks = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("tcp"), ...common }),
    z.strictObject({
      type: z.literal("http"),
      ...common,
      path: word(
        "path",
        /^\/[\w./~%&=?:@+,;-]*$/,
        'a path such as "/health", without spaces',
      ).default("/"),
      host: word("host", /^[\w.:[\]-]+$/, "the name for the Host header").optional(),
      status: whole("status", 100, 999).optional(),
    }),
  ],
  {
    error: ({ input }) =>
      `healthCheck is ${JSON.stringify(input)}: give { type: "tcp" } or { type: "http" }`,
  },
);

/** How keepalived checks real servers. What cannot be known yet passes. */
export const healthCheck = z
  .unknown()
  .transform((given, context): HealthCheck => {
    if (hasUnknown(given)) return given as unknown as HealthCheck;
    const read = checks.safeParse(given);
    if (read.success) return read.data as HealthCheck;
    for (const { message, path } of read.error.issues) {
      const isOurs = message.startsWith("healthCheck");
      const where = ["healthCheck", ...path].join(".");
      context.addIssue({ code: "custom", message: isOurs ? message : `${where}: ${message}` });
    }
    return given as HealthCheck;
  })
  .optional();

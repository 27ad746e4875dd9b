import { z } from "zod";
import { connectionSchema, hostId } from "../host/connect";
import { addressProblem } from "../ipvs/problems";
import { canonicalAddress } from "../values/address";

/** The inputs that identify a host, whose change replaces the resource. */
export const hostIdentity = ["connection.host", "connection.port"] as const;

/** The error message for a value of a wrong type, with what is wanted instead. */
export function wanted(name: string, what: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      input === undefined
        ? `${name} is missing: give ${what}`
        : `${name} is ${JSON.stringify(input)}: give ${what}`,
  };
}

/** The fields that every resource has. */
export const hostFields = {
  connection: connectionSchema,
  owner: z.string(),
};

/** A field that is no argument: check fills in the declared state of the host, read the live state. */
export function filledByCheck<T extends string | undefined>(value: T) {
  return z.unknown().transform(() => value);
}

/** Whether the host restores the declared parts after a reboot. Every resource has the field. */
export const persist = z.boolean(wanted("persist", "true or false")).default(true);

/** Whether an existing part with another value is taken over instead of refused. */
export const adopt = z.boolean(wanted("adopt", "true or false")).optional();

/** The address of a machine, in canonical form. */
export function address(name: string) {
  const text = z.string(wanted(name, "the address of one machine, such as 192.0.2.80"));
  return text.transform((given, context) => {
    const message = addressProblem(name, given);
    if (message !== undefined) context.addIssue({ code: "custom", message });
    return canonicalAddress(given);
  });
}

/**
 * The name of a network interface: up to 15 characters without slash, colon and space (linux/if.h, IFNAMSIZ). The kernel
 * would take control characters, but nobody could read them.
 */
export function interfaceName(name: string) {
  const what = "up to 15 characters without space, slash or colon, such as eth1";
  const pattern = /^(?!.*[\p{Cc}\p{Cf}\p{Surrogate}])[^\s/:]{1,15}$/u;
  return z.string(wanted(name, what)).regex(pattern, {
    error: ({ input }) =>
      `${name} is ${JSON.stringify(input)}, which is not the name of an interface: give ${what}`,
  });
}

/** The ID of a resource: its host, then words in ipvsadm's notation. */
export function idOf(
  inputs: { connection: { host: string; port: number } },
  ...words: string[]
): string {
  return [hostId(inputs.connection), ...words].join(" ");
}

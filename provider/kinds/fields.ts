import { z } from "zod";
import { connectionSchema, hostId } from "../host/connect";
import { addressProblem } from "../ipvs/problems";
import { canonicalAddress } from "../values/address";

/** What makes a host another host. */
export const hostIdentity = ["connection.host", "connection.port"] as const;

/** Why a value is not of its type: what it is, and what to give. */
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

/** A field that check fills with what the host will be, and that read fills with what is live: never an argument. */
export function filledByCheck<T extends string | undefined>(value: T) {
  return z.unknown().transform(() => value);
}

/** Whether the host makes again by itself what is declared; every resource has it. */
export const persist = z.boolean(wanted("persist", "true or false")).default(true);

/** Whether something unlike ours is taken over. */
export const adopt = z.boolean(wanted("adopt", "true or false")).optional();

/** An address of one machine, in canonical form. */
export function address(name: string) {
  const text = z.string(wanted(name, "the address of one machine, such as 192.0.2.80"));
  return text.transform((given, context) => {
    const message = addressProblem(name, given);
    if (message !== undefined) context.addIssue({ code: "custom", message });
    return canonicalAddress(given);
  });
}

/** The name of a network interface (IFNAMSIZ: up to 15 characters, no slash, no space); nothing that cannot be read. */
export function interfaceName(name: string) {
  const what = "up to 15 characters without space, slash or colon, such as eth1";
  const pattern = /^(?!.*[\p{Cc}\p{Cf}\p{Surrogate}])[^\s/:]{1,15}$/u;
  return z.string(wanted(name, what)).regex(pattern, {
    error: ({ input }) =>
      `${name} is ${JSON.stringify(input)}, which is not the name of an interface: give ${what}`,
  });
}

/** An ID: host first, then the thing in the field's notation. */
export function idOf(
  inputs: { connection: { host: string; port: number } },
  ...words: string[]
): string {
  return [hostId(inputs.connection), ...words].join(" ");
}

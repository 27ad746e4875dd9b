/** The families whose routes and rules we look at and set. */
export const FAMILIES = ["ipv4", "ipv6"] as const;

/** The option of ip(8) for each family. */
export const FAMILY_OPTION = { ipv4: "-4", ipv6: "-6" } as const;

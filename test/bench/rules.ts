import type { Director } from "./director";

export const REAL_SERVERS = 10;

/** The rules of a number of virtual services, in the format of `ipvsadm -R` and `ipvsadm -Sn`. */
export function rulesOf(services: number, firstWeight = 1): string[] {
  return names(services).flatMap((name, index) => [
    `-A ${name} -s wlc`,
    ...Array.from(
      { length: REAL_SERVERS },
      (_, at) =>
        `-a ${name} -r 192.0.2.${201 + at}:${8001 + index} -g -w ${index + at === 0 ? firstWeight : 1}`,
    ),
  ]);
}

/** The lines that remove exactly these virtual services. */
export function removalOf(services: number): string[] {
  return names(services).map((name) => `-D ${name}`);
}

/** Fails when the table of a director differs from these rules, in any order. */
export async function expectRules(
  director: Pick<Director, "mustRun">,
  wanted: readonly string[],
  when: string,
): Promise<void> {
  const found = (await director.mustRun("ipvsadm -Sn")).split("\n").filter((line) => line !== "");
  const missing = wanted.filter((line) => !found.includes(line));
  const strange = found.filter((line) => !wanted.includes(line));
  if (missing.length === 0 && strange.length === 0) return;
  throw new Error(
    `the table is not as declared after ${when}: ${missing.length} rules are missing, ${strange.length} are not declared\n` +
      [...missing.map((line) => `missing: ${line}`), ...strange].slice(0, 20).join("\n"),
  );
}

function names(services: number): string[] {
  return Array.from({ length: services }, (_, index) => `-t 192.0.2.80:${8001 + index}`);
}

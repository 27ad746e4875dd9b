import { expect } from "vitest";
import { type CheckResult, check } from "../../provider/check";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import { type KindName, least } from "./inputs";

/** What check answers for the least arguments of a kind, and more. */
export function checked(kind: KindName, more: object = {}): CheckResult {
  return check(kinds[kind] as Kind<HostInputs>, { ...least[kind], ...more });
}

/** Why it refuses them, without the name of a property, whose value Pulumi would print. */
export function reasons(kind: KindName, more: object): string[] {
  const { failures } = checked(kind, more);
  expect(failures.every((one) => one.property === "")).toBe(true);
  return failures.map((one) => one.reason);
}

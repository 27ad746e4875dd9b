import { expect } from "vitest";
import { type CheckResult, check } from "../../provider/check";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import { type KindName, least } from "./inputs";

/** The result of check for the required arguments of a kind, and more arguments. */
export function checked(kind: KindName, more: object = {}): CheckResult {
  return check(kinds[kind] as Kind<HostInputs>, { ...least[kind], ...more });
}

/** The failures of check, which must not name a property, because Pulumi would print its value. */
export function reasons(kind: KindName, more: object): string[] {
  const { failures } = checked(kind, more);
  expect(failures.every((one) => one.property === "")).toBe(true);
  return failures.map((one) => one.reason);
}

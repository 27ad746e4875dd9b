import { type DrainSetting, expiresTemplates } from "../drain/settings";
import { EXPIRE_TEMPLATES } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";

interface WithDrain {
  readonly drain?: DrainSetting | undefined;
}

/** The fact that tells what becomes of the clients of a persistent virtual service when their real server is quiesced. */
export function templateFacts({ drain }: WithDrain): FactName[] {
  return expiresTemplates(drain) ? ["sysctls"] : [];
}

/** The setting by which they leave it: it holds for the whole director, so it is set only where a resource asks for it. */
export function templateParts({ drain }: WithDrain): Part[] {
  if (!expiresTemplates(drain)) return [];
  return [{ type: "sysctl", id: EXPIRE_TEMPLATES, value: "1", shared: true }];
}

/** The same setting as it is live. */
export function liveTemplates({ drain }: WithDrain, facts: Facts): WithDrain {
  if (typeof drain !== "object" || !expiresTemplates(drain)) return {};
  const isOn = facts.sysctls.get(EXPIRE_TEMPLATES) === "1";
  return { drain: { ...drain, expireQuiescentTemplates: isOn } };
}

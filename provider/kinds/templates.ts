import { type DrainSetting, expiresTemplates } from "../drain/settings";
import { EXPIRE_TEMPLATES } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";

interface WithDrain {
  readonly drain?: DrainSetting | undefined;
}

/** The fact that shows whether persistent clients leave a quiesced real server. */
export function templateFacts({ drain }: WithDrain): FactName[] {
  return expiresTemplates(drain) ? ["sysctls"] : [];
}

/** The sysctl that makes persistent clients leave. It affects the whole director, so it is claimed only on request. */
export function templateParts({ drain }: WithDrain): Part[] {
  if (!expiresTemplates(drain)) return [];
  return [{ type: "sysctl", id: EXPIRE_TEMPLATES, value: "1", shared: true }];
}

/** The `drain` input with the live value of expireQuiescentTemplates. */
export function liveTemplates({ drain }: WithDrain, facts: Facts): WithDrain {
  if (typeof drain !== "object" || !expiresTemplates(drain)) return {};
  const isOn = facts.sysctls.get(EXPIRE_TEMPLATES) === "1";
  return { drain: { ...drain, expireQuiescentTemplates: isOn } };
}

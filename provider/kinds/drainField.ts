import { z } from "zod";
import type { DrainSetting, SlowStart } from "../drain/settings";
import type { WaitForHealthy } from "../keepalived/quorum";
import { isUnknown } from "../unknowns";

/** A day. A longer time is a mistake, such as a number of milliseconds. */
const MOST_SECONDS = 86_400;

const USE = "use true, false or { timeoutSeconds: 30 }";

/** The field `drain`. Unknown values pass. */
export const drain = z
  .unknown()
  .transform((given, context): DrainSetting => {
    for (const message of drainProblems(given)) context.addIssue({ code: "custom", message });
    return given as DrainSetting;
  })
  .optional();

/** The field `slowStart`. Unknown values pass. */
export const slowStart = inSeconds<SlowStart>("slowStart");

/** For how long a change may wait until the quorum of a virtual service is there. */
export const waitForHealthy = inSeconds<WaitForHealthy>("waitForHealthy");

/** An object with seconds. What cannot be known yet passes. */
function inSeconds<Setting>(name: string) {
  return z
    .unknown()
    .transform((given, context): Setting => {
      for (const message of inSecondsProblems(name, given))
        context.addIssue({ code: "custom", message });
      return given as Setting;
    })
    .optional();
}

function inSecondsProblems(name: string, given: unknown): string[] {
  if (isUnknown(given)) return [];
  const { seconds, ...strays } = Object(given) as Readonly<Record<string, unknown>>;
  if (seconds === undefined || Object.keys(strays).length > 0)
    return [`${name} is ${JSON.stringify(given)}: use { seconds: 60 }`];
  return secondsProblems(`${name}.seconds`, seconds, 1);
}

function drainProblems(given: unknown): string[] {
  if (typeof given === "boolean" || isUnknown(given)) return [];
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return [`drain is ${JSON.stringify(given)}: ${USE}`];
  const allowed = ["timeoutSeconds", "expireQuiescentTemplates"];
  const strays = Object.keys(given).filter((name) => !allowed.includes(name));
  const { timeoutSeconds, expireQuiescentTemplates } = given as Readonly<Record<string, unknown>>;
  return [
    ...strays.map((name) => `drain has no field ${name}: use ${allowed.join(", ")}`),
    ...secondsProblems("drain.timeoutSeconds", timeoutSeconds, 0),
    ...(expireQuiescentTemplates === undefined ||
    isUnknown(expireQuiescentTemplates) ||
    typeof expireQuiescentTemplates === "boolean"
      ? []
      : [
          `drain.expireQuiescentTemplates is ${JSON.stringify(expireQuiescentTemplates)}: give true or false`,
        ]),
  ];
}

function secondsProblems(name: string, value: unknown, least: number): string[] {
  if (value === undefined || isUnknown(value)) return [];
  const isFine = Number.isInteger(value) && Number(value) >= least && Number(value) <= MOST_SECONDS;
  return isFine
    ? []
    : [`${name} is ${JSON.stringify(value)}: use a whole number from ${least} to ${MOST_SECONDS}`];
}

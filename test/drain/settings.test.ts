import { describe, expect, it } from "vitest";
import { check } from "../../provider/check";
import { drainSeconds, expiresTemplates } from "../../provider/drain/settings";
import { kinds } from "../../provider/kinds";
import { least, unknown } from "../support/inputs";

describe("drainSeconds", () => {
  it.each([
    [undefined, 30, 30, 0],
    [true, 30, 30, 30],
    [false, 0, 0, 0],
    [{}, 30, 30, 30],
    [{ timeoutSeconds: 5 }, 5, 5, 5],
    [{ timeoutSeconds: 0 }, 0, 0, 0],
  ])("of %j is %d for tcp, %d for sctp and %d for udp", (setting, tcp, sctp, udp) => {
    const found = (["tcp", "sctp", "udp"] as const).map((one) => drainSeconds(setting, one));
    expect(found).toEqual([tcp, sctp, udp]);
  });
});

describe("expiresTemplates", () => {
  it("is true only where it is asked for", () => {
    for (const setting of [undefined, true, false, {}, { timeoutSeconds: 5 }])
      expect(expiresTemplates(setting)).toBe(false);
    expect(expiresTemplates({ expireQuiescentTemplates: true })).toBe(true);
  });
});

describe.each(["VirtualService", "RealServer", "VirtualIp"] as const)("drain of a %s", (name) => {
  const checked = (more: object) => check(kinds[name] as never, { ...least[name], ...more });
  const reasons = (more: object) => checked(more).failures.map((one) => one.reason);

  it.each([
    true,
    false,
    {},
    { timeoutSeconds: 0 },
    { timeoutSeconds: 86_400, expireQuiescentTemplates: true },
    unknown,
    { timeoutSeconds: unknown },
  ])("is answered as it was given: %j", (drain) => {
    expect(checked({ drain })).toMatchObject({ inputs: { drain }, failures: [] });
  });

  it("is not filled where it is left out, so that older states have no difference", () => {
    expect(checked({}).inputs).not.toHaveProperty("drain");
  });

  it.each([
    [30, /^drain is 30: use true, false or \{ timeoutSeconds: 30 \}$/],
    [[], /^drain is \[\]/],
    [{ seconds: 5 }, /^drain has no field seconds: use timeoutSeconds, expireQuiescentTemplates$/],
    [{ timeoutSeconds: -1 }, /^drain.timeoutSeconds is -1: use a whole number from 0 to 86400$/],
    [{ timeoutSeconds: 30_000_000 }, /from 0 to 86400/],
    [{ timeoutSeconds: "5" }, /^drain.timeoutSeconds is "5"/],
    [{ expireQuiescentTemplates: 1 }, /^drain.expireQuiescentTemplates is 1: give true or false$/],
  ])("refuses %j", (drain, says) => {
    expect(reasons({ drain })).toEqual([expect.stringMatching(says)]);
  });
});

describe.each(["VirtualService", "RealServer"] as const)("slowStart of a %s", (name) => {
  const checked = (more: object) => check(kinds[name] as never, { ...least[name], ...more });

  it.each([{ seconds: 1 }, { seconds: unknown }, unknown])(
    "is answered as it was given: %j",
    (one) => {
      expect(checked({ slowStart: one })).toMatchObject({
        inputs: { slowStart: one },
        failures: [],
      });
    },
  );

  it.each([
    [true, /^slowStart is true: use \{ seconds: 60 \}$/],
    [{}, /^slowStart is \{\}/],
    [{ seconds: 60, steps: 3 }, /^slowStart is \{"seconds":60,"steps":3\}/],
    [{ seconds: 0 }, /^slowStart.seconds is 0: use a whole number from 1 to 86400$/],
  ])("refuses %j", (slowStart, says) => {
    const reasons = checked({ slowStart }).failures.map((one) => one.reason);
    expect(reasons).toEqual([expect.stringMatching(says)]);
  });
});

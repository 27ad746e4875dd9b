import { ipvsadmCommand } from "../../ipvs/render";
import type { Written } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { factsHeld } from "../../journal/releases";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import type { Change, Waiting } from "./change";
import type { Answer } from "./observation";

/** A change whose claims are written down. */
export interface Begun {
  readonly one: Waiting;
  readonly change: Change;
  readonly steps: readonly Step[];
  failure?: unknown;
}

/** The steps of each change, and the journal when all of them are done. */
interface Released {
  readonly groups: readonly Step[][];
  readonly journal: Journal;
}

/** With the facts that show what each may release; one whose claims this version does not know is rejected. */
export function withFactsHeld(
  waiting: readonly Waiting[],
  written: Written | undefined,
  host: string,
): Waiting[] {
  return waiting.flatMap((one) => {
    if (!one.change || !written) return [one];
    try {
      const held = factsHeld(one.change.owners, written.journal);
      return [{ ...one, facts: [...new Set([...one.facts, ...held])] }];
    } catch (error) {
      one.reject(unknownClaims(error, host));
      return [];
    }
  });
}

function unknownClaims(cause: unknown, host: string): LvsError {
  return new LvsError(
    "parse",
    `cannot tell what a change on ${host} may release: ${(cause as Error).message}; nothing was changed
  use the version of pulumi-lvs that wrote it`,
    { cause },
  );
}

/** Plans what every change brings, each on top of the claims of those before it; one that cannot be is rejected. */
export function planBeginning(
  waiting: readonly Waiting[],
  before: Answer,
): { begun: Begun[]; journal: Journal } {
  let journal = before.journal;
  const begun: Begun[] = [];
  for (const one of waiting) {
    if (!one.change) continue;
    try {
      const seen = before.seen(one.facts, journal);
      const plan = one.change.claims(seen);
      const announce = plan.steps.length > 0 ? one.change.announce(seen) : [];
      begun.push({ one, change: one.change, steps: [...plan.steps, ...announce] });
      journal = plan.journal;
    } catch (error) {
      one.reject(error);
    }
  }
  return { begun, journal };
}

/** The steps of each change without the lines for ipvsadm, and one ipvsadm for these. */
interface Joined {
  readonly groups: readonly (readonly Step[])[];
  readonly joint: readonly Step[];
}

/**
 * Takes the lines for ipvsadm out of all groups where several have some: one ipvsadm for all takes as long as one for
 * each.
 */
export function joinLines(
  groups: readonly (readonly Step[])[],
  { joinsLines = true }: { readonly joinsLines?: boolean },
): Joined {
  const lines = groups.flatMap((steps) => steps.flatMap((step) => step.lines ?? []));
  const several = groups.filter((steps) => steps.some((step) => step.lines)).length > 1;
  if (!joinsLines || !several) return { groups, joint: [] };
  return {
    groups: groups.map((steps) => steps.filter((step) => !step.lines)),
    joint: [{ run: ipvsadmCommand(lines), because: "tell ipvsadm", failsOnStderr: true }],
  };
}

/** Plans what every change takes away, each on top of those before it; one that has failed keeps its claims. */
export function planReleasing(begun: readonly Begun[], before: Answer, journal: Journal): Released {
  let next = journal;
  const groups = begun.map((each) => {
    if (each.failure !== undefined) return [];
    try {
      const plan = each.change.releases(before.seen(each.one.facts, next));
      next = plan.journal;
      return [...plan.steps];
    } catch (error) {
      each.failure = error;
      return [];
    }
  });
  return { groups, journal: next };
}

/** Says of each change what is done for it. */
export function announceSteps(begun: readonly Begun[], groups: readonly (readonly Step[])[]): void {
  for (const [index, one] of begun.entries()) {
    const [first, ...others] = groups[index] ?? [];
    if (first) one.one.report(`${first.because}${others.length > 0 ? ` (+${others.length})` : ""}`);
  }
}

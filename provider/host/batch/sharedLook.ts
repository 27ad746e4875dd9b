import type { Waiting } from "./change";
import { settle } from "./judge";
import type { Answer } from "./observation";

/**
 * Those who only look may have the look of somebody before them, for as long again as it took, and two seconds at
 * most: a refresh of many resources reads a host a few times, and not for each that Pulumi starts a moment later.
 */
const SHARED_MILLISECONDS = 2000;

/** How often each host was changed, by all users of it and on all ways to it. */
const changes = new Map<string, number>();

/** Looks that have begun before are shared no more: a change says so when it begins, and before it is answered. */
export function forgetLooks(host: string): void {
  changes.set(host, changesOf(host) + 1);
}

function changesOf(host: string): number {
  return changes.get(host) ?? 0;
}

interface Look {
  readonly answer: Answer;
  readonly until: number;
  /** How often the host had been changed when it began. */
  readonly changes: number;
}

/** The last look of one user of a host. */
export class SharedLook {
  private look: Look | undefined;

  constructor(private readonly host: string) {}

  /** Answers one who only looks, if the last look is new enough. */
  answers(one: Waiting): boolean {
    const { look } = this;
    if (one.change || !look?.answer.has(one.facts)) return false;
    if (performance.now() > look.until || look.changes !== changesOf(this.host)) return false;
    settle(one, () => look.answer.seen(one.facts));
    return true;
  }

  /** Looks: what comes back is told what was seen. */
  begin(): (answer: Answer) => void {
    const [begun, changes] = [performance.now(), changesOf(this.host)];
    return (answer) => {
      const ended = performance.now();
      const until = ended + Math.min(ended - begun, SHARED_MILLISECONDS);
      this.look = { answer, until, changes };
    };
  }
}

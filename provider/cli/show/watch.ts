import { setTimeout as pauseFor } from "node:timers/promises";
import type { DeclaredHost } from "./declared";
import type { Look, LookedAt } from "./looked";

export interface WatchOptions {
  /** The hosts to look at, asked for before each look: an update may bring and remove some. */
  readonly hosts: () => readonly DeclaredHost[];
  /** From one look to the next. */
  readonly seconds: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Asks a host; never rejects. */
  readonly look: (host: DeclaredHost) => Promise<Look>;
  readonly show: (looked: readonly LookedAt[]) => void;
  /** Whether to show the hosts also before the first of them has answered. */
  readonly showsAtOnce: boolean;
}

/** Looks at all hosts again and again, until the signal comes. A host that does not answer does not hold up the others. */
export async function watch(options: WatchOptions): Promise<void> {
  const { seconds, signal, look, show, showsAtOnce } = options;
  const looks = new Map<string, LookedAt>();
  const pending = new Map<string, Promise<void>>();
  const startedAt = new Date();
  const begin = (declared: DeclaredHost) => {
    if (pending.has(declared.host)) return;
    const answered = look(declared).then((answer) => {
      looks.set(declared.host, { declared, look: answer });
      pending.delete(declared.host);
    });
    pending.set(declared.host, answered);
  };
  const showAll = () => {
    const connecting: Look = { state: "connecting", at: startedAt };
    // An answer belongs to what was declared when the host was asked.
    show(
      options.hosts().map((declared) => looks.get(declared.host) ?? { declared, look: connecting }),
    );
  };
  if (showsAtOnce) showAll();
  while (!signal.aborted) {
    const next = pauseFor(seconds * 1000, undefined, { signal }).catch(() => undefined);
    for (const host of options.hosts()) begin(host);
    await Promise.race([Promise.all(pending.values()), next]);
    if (signal.aborted) return;
    showAll();
    await next;
  }
}

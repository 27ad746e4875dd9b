import { setTimeout as pauseFor } from "node:timers/promises";
import type { DeclaredHost } from "./declared";
import type { Look, ObservedHost } from "./observedHost";

export interface WatchOptions {
  /** Returns the hosts to read. Called before each look, because an update may add and remove hosts. */
  readonly hosts: () => readonly DeclaredHost[];
  /** The seconds from one look to the next. */
  readonly seconds: number;
  /** The signal that ends the watch. */
  readonly signal: AbortSignal;
  /** Reads a host; never rejects. */
  readonly look: (host: DeclaredHost) => Promise<Look>;
  readonly show: (looked: readonly ObservedHost[]) => void;
  /** Whether to show the hosts before the first answer. */
  readonly showsAtOnce: boolean;
}

/** Reads all hosts repeatedly until the signal. A host that does not answer does not delay the other hosts. */
export async function watch(options: WatchOptions): Promise<void> {
  const { seconds, signal, look, show, showsAtOnce } = options;
  const looks = new Map<string, ObservedHost>();
  const pending = new Map<string, Promise<void>>();
  const startedAt = new Date();
  const startLook = (declared: DeclaredHost) => {
    if (pending.has(declared.host)) return;
    const answered = look(declared).then((answer) => {
      looks.set(declared.host, { declared, look: answer });
      pending.delete(declared.host);
    });
    pending.set(declared.host, answered);
  };
  const showAll = () => {
    const connecting: Look = { state: "connecting", at: startedAt };
    // An answer is shown with the declaration from the time of the look, which it must be compared to.
    show(
      options.hosts().map((declared) => looks.get(declared.host) ?? { declared, look: connecting }),
    );
  };
  if (showsAtOnce) showAll();
  while (!signal.aborted) {
    const next = pauseFor(seconds * 1000, undefined, { signal }).catch(() => undefined);
    for (const host of options.hosts()) startLook(host);
    await Promise.race([Promise.all(pending.values()), next]);
    if (signal.aborted) return;
    showAll();
    await next;
  }
}

import { setTimeout as pauseFor } from "node:timers/promises";
import type { DeclaredHost } from "./declared";
import type { Look, LookedAt } from "./looked";

export interface WatchOptions {
  readonly hosts: readonly DeclaredHost[];
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
  const { hosts, seconds, signal, look, show, showsAtOnce } = options;
  const looks = new Map<DeclaredHost, Look>();
  const pending = new Map<DeclaredHost, Promise<void>>();
  const startedAt = new Date();
  const begin = (host: DeclaredHost) => {
    if (pending.has(host)) return;
    const answered = look(host).then((answer) => {
      looks.set(host, answer);
      pending.delete(host);
    });
    pending.set(host, answered);
  };
  const showAll = () => {
    const connecting: Look = { state: "connecting", at: startedAt };
    show(hosts.map((declared) => ({ declared, look: looks.get(declared) ?? connecting })));
  };
  if (showsAtOnce) showAll();
  while (!signal.aborted) {
    const next = pauseFor(seconds * 1000, undefined, { signal }).catch(() => undefined);
    for (const host of hosts) begin(host);
    await Promise.race([Promise.all(pending.values()), next]);
    if (signal.aborted) return;
    showAll();
    await next;
  }
}

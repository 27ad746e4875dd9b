import type { Observation } from "./observation";
import { resolveRead } from "./outcome";
import type { PendingRequest } from "./request";

/**
 * The longest time for which an observation answers later requests that only read; it is never longer than the reading
 * took. With the cache, a refresh reads a host a few times, and not once for each resource that Pulumi starts.
 */
const MAX_AGE_MILLISECONDS = 2000;

/** How often each host was changed, through any connection to that host. */
const changeCounts = new Map<string, number>();

/** Makes older observations of a host unusable. Called before a change starts, and before the change is answered. */
export function invalidateReads(host: string): void {
  changeCounts.set(host, changeCountOf(host) + 1);
}

function changeCountOf(host: string): number {
  return changeCounts.get(host) ?? 0;
}

interface Entry {
  readonly observation: Observation;
  readonly expiresAt: number;
  /** How often the host had been changed when the reading started. */
  readonly changeCount: number;
}

/** The last observation of a host, kept for requests that only read. */
export class ReadCache {
  private entry: Entry | undefined;

  constructor(private readonly host: string) {}

  /** Resolves a request from the cache. Returns false for a change, and if the cache is too old or lacks a fact. */
  tryResolve(request: PendingRequest): boolean {
    const { entry } = this;
    if (request.change || !entry?.observation.hasFacts(request.facts)) return false;
    const isStale = entry.changeCount !== changeCountOf(this.host);
    if (isStale || performance.now() > entry.expiresAt) return false;
    resolveRead(request, entry.observation);
    return true;
  }

  /** Starts a reading. The function that is returned stores what was read. */
  startRead(): (observation: Observation) => void {
    const [startedAt, changeCount] = [performance.now(), changeCountOf(this.host)];
    return (observation) => {
      const endedAt = performance.now();
      const expiresAt = endedAt + Math.min(endedAt - startedAt, MAX_AGE_MILLISECONDS);
      this.entry = { observation, expiresAt, changeCount };
    };
  }
}

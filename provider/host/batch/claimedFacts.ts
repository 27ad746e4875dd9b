import type { JournalFile } from "../../journal/file";
import { factsHeld, servicesHeld } from "../../journal/releases";
import { mayCut, WAY_FACTS } from "../../journal/wayBack";
import { LvsError } from "../../values/errors";
import type { PendingRequest } from "./request";

/**
 * Adds to each change the facts and the virtual services that show what the change may release, and whether it can cut
 * the way to the host. Rejects a change whose claims are of an unknown type.
 */
export function addClaimedFacts(
  requests: readonly PendingRequest[],
  journalFile: JournalFile | undefined,
  host: string,
): PendingRequest[] {
  return requests.flatMap((request) => {
    if (!request.change || !journalFile) return [request];
    const { change } = request;
    const { journal } = journalFile;
    try {
      const facts = new Set([...request.facts, ...factsHeld(change.owners, journal)]);
      if (mayCut([...facts])) for (const name of WAY_FACTS) facts.add(name);
      const services = change.services && [
        ...change.services,
        ...servicesHeld(change.owners, journal),
      ];
      return [
        { ...request, facts: [...facts], change: { ...change, ...(services && { services }) } },
      ];
    } catch (error) {
      request.reject(unknownClaims(error, host));
      return [];
    }
  });
}

function unknownClaims(cause: unknown, host: string): LvsError {
  return new LvsError(
    "parse",
    `cannot tell what a change on ${host} may release: ${(cause as Error).message}; nothing was changed
  use the version of pulumi-lvs that wrote the journal`,
    { cause },
  );
}

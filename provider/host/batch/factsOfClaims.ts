import type { JournalFile } from "../../journal/file";
import { factsOfClaims, servicesOfClaims } from "../../journal/releases";
import { mayCutWayIn, WAY_FACTS } from "../../journal/wayBack";
import { LvsError } from "../../values/errors";
import type { PendingRequest } from "./request";

/**
 * Adds the facts and the virtual services of the parts that the owners of a change claim in the journal, because the
 * change may release these parts. Adds the facts of the way in if the change may cut the way in. Rejects a request when
 * the journal has a claim on a part of an unknown type, which a newer version may have written.
 */
export function addFactsOfClaims(
  requests: readonly PendingRequest[],
  journalFile: JournalFile | undefined,
  host: string,
): PendingRequest[] {
  return requests.flatMap((request) => {
    if (!request.change || !journalFile) return [request];
    const { change } = request;
    const { journal } = journalFile;
    try {
      const facts = new Set([...request.facts, ...factsOfClaims(change.owners, journal)]);
      if (mayCutWayIn([...facts])) for (const name of WAY_FACTS) facts.add(name);
      const services = change.services && [
        ...change.services,
        ...servicesOfClaims(change.owners, journal),
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

import { carryOut, onRow } from "./carryOut";
import type { Properties } from "./check";
import { servicesGoing } from "./drain/departures";
import { Stages } from "./drain/stages";
import { Draining } from "./draining";
import { waitUntilHealthy } from "./healthWait";
import { type Change, logMessage, observe, PartialChangeError, type Snapshot } from "./host/batch";
import { hostId, isForgotten } from "./host/connect";
import { isPersistent } from "./journal/boot";
import type { Owner } from "./journal/journal";
import { handOver, hasClaims } from "./journal/plan";
import { planSweep } from "./journal/releases";
import { declaredParts } from "./kinds/declaredParts";
import type { HostInputs, Kind } from "./kinds/kind";
import { requireSystemd } from "./network/tools";
import { partFacts } from "./registry/partTypes";
import { isReplacedInPlace, rememberCreation } from "./replacements";
import { undeclaredInputs, undeclaredWarnings, withRemovals } from "./undeclared";
import { LvsError } from "./values/errors";
import type { FactName } from "./values/fact";

/** Create and update: changes the host to match the inputs, from any state. */
export async function ensure(
  kind: Kind<HostInputs>,
  news: Properties,
  olds: Properties | undefined,
): Promise<{ id: string; outs: Properties }> {
  const { __provider, ...rest } = news;
  const inputs = rest as unknown as HostInputs;
  const id = kind.id(inputs);
  try {
    const draining = drainingOf(kind, inputs, olds as HostInputs | undefined);
    const change = ensureChange(kind, inputs, olds as HostInputs | undefined, draining);
    const snapshot = await carryOut(inputs, kind.facts(inputs), change, draining);
    if (!olds) rememberCreation(ownerOf(kind, inputs));
    draining.rememberVip(true);
    const { facts } = snapshot;
    const warnings = [
      ...(kind.warnings?.(inputs, facts) ?? []),
      ...draining.lastWarnings,
      ...undeclaredWarnings(inputs, snapshot),
    ];
    for (const warning of warnings) logMessage(inputs.owner, warning, "warning");
    await waitUntilHealthy(kind, inputs, olds as HostInputs | undefined, snapshot);
    return { id, outs: rest };
  } catch (error) {
    if (!(error instanceof PartialChangeError)) throw error;
    if (!olds) rememberCreation(ownerOf(kind, inputs));
    const properties = { ...liveOrDeclared(kind, inputs, error.snapshot), __provider };
    throw initFailedError(error, id, properties);
  }
}

function ensureChange(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
  olds: HostInputs | undefined,
  draining: Draining,
): Change {
  const owner = ownerOf(kind, inputs);
  const former = olds && olds.owner !== inputs.owner ? ownerOf(kind, olds) : undefined;
  const persists = inputs.persist ?? false;
  const parts = declaredParts(kind, inputs);
  const stages = new Stages(owner, draining);
  return {
    ...servicesOf(kind, inputs),
    ...(kind.modules && { modules: kind.modules(inputs) }),
    owners: former ? [former, owner] : [owner],
    repairsBoot: persists && olds !== undefined && !olds.persist,
    planClaims: (seen) => {
      if (persists) requireSystemd(seen.facts.tools);
      const handed = former ? handOver(seen.journal, former, owner) : seen.journal;
      const journal = withRemovals(inputs, olds, owner, { ...seen, journal: handed });
      return stages.planClaims(parts(seen.facts), { ...seen, journal }, inputs.adopt ?? false);
    },
    planReleases: (seen) => stages.planReleases(parts(seen.facts), seen),
    announcements: ({ facts }) => kind.announce?.(inputs, facts) ?? [],
  };
}

/** Reads the live state. Pulumi gets it as inputs too, so that the next preview shows drift. */
export async function read(
  kind: Kind<HostInputs>,
  id: string,
  props: Properties,
): Promise<{ id: string; props?: Properties; inputs?: Properties }> {
  const { __provider, ...rest } = props;
  const inputs = rest as unknown as HostInputs;
  const names = [...kind.facts(inputs), ...(inputs.persist ? (["boot"] as const) : [])];
  const look = await onRow(inputs, (row) =>
    observe(inputs.connection, names, (message) => row.show(message)),
  );
  const { facts, journal } = look;
  const owner = ownerOf(kind, inputs);
  const liveInputs = kind.live(inputs, facts, hasClaims(owner, journal));
  if (!liveInputs) return { id: "" };
  const persist = inputs.persist && isPersistent(owner, journal, facts.boot);
  const live = {
    ...{ ...liveInputs, ...undeclaredInputs(inputs, look) },
    ...(persist !== undefined && { persist }),
  };
  return { id, props: live, inputs: { ...live, __provider } };
}

/** Delete: removes the parts of the resource from the host, and restores the values from before. */
export async function remove(kind: Kind<HostInputs>, props: Properties): Promise<void> {
  const inputs = props as unknown as HostInputs;
  if (isReplacedInPlace(ownerOf(kind, inputs))) return;
  const host = hostId(inputs.connection);
  if (isForgotten(host, process.env)) {
    logMessage(
      inputs.owner,
      `${host} is forgotten (PULUMI_LVS_FORGET): nothing was undone on it`,
      "warning",
    );
    return;
  }
  try {
    const draining = drainingOf(kind, inputs);
    const { facts } = await carryOut(
      inputs,
      factsOf(kind, draining),
      removeChange(kind, inputs, draining),
      draining,
    );
    draining.rememberVip(draining.hasVip(facts));
  } catch (error) {
    throw isUnreachable(error) ? withRemedies(error, host) : error;
  }
}

function removeChange(kind: Kind<HostInputs>, inputs: HostInputs, draining: Draining): Change {
  const owner = ownerOf(kind, inputs);
  const stages = new Stages(owner, draining);
  return {
    ...servicesOf(kind, inputs),
    owners: [owner],
    ...(kind.pace && { counted: (journal) => servicesGoing(owner, journal, draining.vip) }),
    planClaims: (seen) => stages.planClaims([], seen, false),
    planReleases: ({ facts, journal, connections }) => {
      const swept = kind.sweeps ? planSweep(owner, journal, facts) : { steps: [], journal };
      const own = stages.planReleases([], { facts, journal: swept.journal, connections });
      return { steps: [...swept.steps, ...own.steps], journal: own.journal };
    },
    announcements: () => [],
  };
}

function drainingOf(kind: Kind<HostInputs>, inputs: HostInputs, olds?: HostInputs): Draining {
  const pace = kind.pace?.(inputs) ?? { drainOf: () => false };
  return new Draining(inputs.connection, pace, olds && kind.pace?.(olds));
}

function factsOf({ sweeps }: Kind<HostInputs>, { vip }: Draining): readonly FactName[] {
  if (vip !== undefined) return ["links", "ipvs"];
  return sweeps ? partFacts : [];
}

function servicesOf(kind: Kind<HostInputs>, inputs: HostInputs): Pick<Change, "services"> {
  return kind.services ? { services: kind.services(inputs) } : {};
}

function ownerOf(kind: Kind<HostInputs>, inputs: HostInputs): Owner {
  const persists = inputs.persist ? { persists: true as const } : {};
  return { urn: inputs.owner, id: kind.id(inputs), ...persists };
}

function liveOrDeclared(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
  snapshot: Snapshot | undefined,
): HostInputs {
  const live = snapshot && kind.live(inputs, snapshot.facts, true);
  return live ? { ...live, ...undeclaredInputs(inputs, snapshot) } : inputs;
}

/**
 * The error that makes Pulumi keep a partly changed resource in the state (cmd/dynamic-provider, ErrorResourceInitFailed).
 * The properties must have __provider, because Pulumi cannot delete the resource without it.
 */
function initFailedError(error: PartialChangeError, id: string, properties: Properties): Error {
  return Object.assign(new Error(error.message), { id, properties, reasons: [error.message] });
}

/** Whether the host cannot be reached, at the start of a change or in a later round of it. */
function isUnreachable(error: unknown): error is Error {
  if (error instanceof PartialChangeError) return isUnreachable(error.cause);
  return error instanceof LvsError && error.kind === "connect";
}

function withRemedies(error: Error, host: string): LvsError {
  return new LvsError(
    "connect",
    `${error.message}\n` +
      `Nothing was removed from the stack's state. If ${host} is gone for good, there are three ways out:\n` +
      `  PULUMI_LVS_FORGET=${host} pulumi up (or destroy): nothing is undone on that host\n` +
      "  the option retainOnDelete: true, for resources that are to stay as they are\n" +
      "  the option deletedWith, for resources that go away together with the machine that the program creates",
    { cause: error },
  );
}

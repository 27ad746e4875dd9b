import type { Properties } from "./check";
import {
  apply,
  type Change,
  logMessage,
  observe,
  PartialChangeError,
  ProgressRow,
  type ReportProgress,
  type Snapshot,
} from "./host/batch";
import { hostId, isForgotten } from "./host/connect";
import { isPersistent } from "./journal/boot";
import type { Owner } from "./journal/journal";
import { handOver, hasClaims, type Plan, planClaims } from "./journal/plan";
import { planReleases, planSweep } from "./journal/releases";
import type { HostInputs, Kind } from "./kinds/kind";
import { requireSystemd } from "./network/tools";
import { partFacts } from "./registry/partTypes";
import { LvsError } from "./values/errors";
import type { FactName } from "./values/fact";

/** Creates or updates: brings the host to what the inputs say, whatever it was before. */
export async function ensure(
  kind: Kind<HostInputs>,
  news: Properties,
  olds: Properties | undefined,
): Promise<{ id: string; outs: Properties }> {
  const { __provider, ...rest } = news;
  const inputs = rest as unknown as HostInputs;
  const id = kind.id(inputs);
  try {
    const change = ensuring(kind, inputs, olds as HostInputs | undefined);
    const { facts } = await carryOut(inputs, kind.facts(inputs), change);
    for (const one of kind.warnings?.(inputs, facts) ?? [])
      logMessage(inputs.owner, one, "warning");
    return { id, outs: rest };
  } catch (error) {
    if (!(error instanceof PartialChangeError)) throw error;
    throw halfDone(error, id, { ...liveOr(kind, inputs, error.snapshot), __provider });
  }
}

function ensuring(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
  olds: HostInputs | undefined,
): Change {
  const owner = ownerOf(kind, inputs);
  const former = olds && olds.owner !== inputs.owner ? ownerOf(kind, olds) : undefined;
  const persists = inputs.persist ?? false;
  const parts = ({ facts }: Snapshot) => kind.parts(inputs, facts);
  return {
    ...servicesOf(kind, inputs),
    ...(kind.modules && { modules: kind.modules(inputs) }),
    owners: former ? [former, owner] : [owner],
    repairsBoot: persists && olds !== undefined && !olds.persist,
    planClaims: (seen) => {
      if (persists) requireSystemd(seen.facts.tools);
      const journal = former ? handOver(seen.journal, former, owner) : seen.journal;
      return planClaims(parts(seen), owner, journal, seen.facts, inputs.adopt ?? false);
    },
    planReleases: (seen) => planReleases(parts(seen), owner, seen.journal, seen.facts),
    announcements: ({ facts }) => kind.announce?.(inputs, facts) ?? [],
  };
}

/** Looks at the live state: what there is comes back as inputs too, so that the next preview shows what drifted. */
export async function read(
  kind: Kind<HostInputs>,
  id: string,
  props: Properties,
): Promise<{ id: string; props?: Properties; inputs?: Properties }> {
  const { __provider, ...rest } = props;
  const inputs = rest as unknown as HostInputs;
  const names = [...kind.facts(inputs), ...(inputs.persist ? (["boot"] as const) : [])];
  const { facts, journal } = await onRow(inputs, (say) => observe(inputs.connection, names, say));
  const owner = ownerOf(kind, inputs);
  const found = kind.live(inputs, facts, hasClaims(owner, journal));
  if (!found) return { id: "" };
  const persist = inputs.persist && isPersistent(owner, journal, facts.boot);
  const live = { ...found, ...(persist !== undefined && { persist }) };
  return { id, props: live, inputs: { ...live, __provider } };
}

/** Takes away what the resource brought, and puts back what was there before. */
export async function remove(kind: Kind<HostInputs>, props: Properties): Promise<void> {
  const inputs = props as unknown as HostInputs;
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
    await carryOut(inputs, kind.sweeps ? partFacts : [], removing(kind, inputs));
  } catch (error) {
    throw isUnreachable(error) ? withWaysOut(error, host) : error;
  }
}

function removing(kind: Kind<HostInputs>, inputs: HostInputs): Change {
  const owner = ownerOf(kind, inputs);
  return {
    ...servicesOf(kind, inputs),
    owners: [owner],
    planClaims: ({ journal }): Plan => ({ steps: [], journal }),
    planReleases: ({ facts, journal }) => {
      const swept = kind.sweeps ? planSweep(owner, journal, facts) : { steps: [], journal };
      const own = planReleases([], owner, swept.journal, facts);
      return { steps: [...swept.steps, ...own.steps], journal: own.journal };
    },
    announcements: () => [],
  };
}

async function carryOut(
  inputs: HostInputs,
  facts: readonly FactName[],
  change: Change,
): Promise<Snapshot> {
  return onRow(inputs, (say) => apply(inputs.connection, facts, change, say));
}

/** Does something of a resource, and says on its row what takes long. */
async function onRow<T>(inputs: HostInputs, work: (say: ReportProgress) => Promise<T>): Promise<T> {
  const row = new ProgressRow(inputs.owner);
  try {
    return await work((message) => row.show(message));
  } finally {
    row.clear();
  }
}

function servicesOf(kind: Kind<HostInputs>, inputs: HostInputs): Pick<Change, "services"> {
  return kind.services ? { services: kind.services(inputs) } : {};
}

function ownerOf(kind: Kind<HostInputs>, inputs: HostInputs): Owner {
  const persists = inputs.persist ? { persists: true as const } : {};
  return { urn: inputs.owner, id: kind.id(inputs), ...persists };
}

function liveOr(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
  seen: Snapshot | undefined,
): HostInputs {
  return (seen && kind.live(inputs, seen.facts, true)) ?? inputs;
}

/** The shape that tells Pulumi to keep a resource whose change began: without __provider it could never be deleted. */
function halfDone(error: PartialChangeError, id: string, properties: Properties): Error {
  return Object.assign(new Error(error.message), { id, properties, reasons: [error.message] });
}

function isUnreachable(error: unknown): error is LvsError {
  return error instanceof LvsError && error.kind === "connect";
}

function withWaysOut(error: LvsError, host: string): LvsError {
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

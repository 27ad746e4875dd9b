import type { ServiceRealServer } from "../../ipvs/connections";
import type { EndpointKey, ServiceKey } from "../../ipvs/model";
import type { Journal, Owner } from "../../journal/journal";
import type { Plan } from "../../journal/plan";
import type { Look } from "../../journal/undo";
import type { Step } from "../../values/step";
import type { Snapshot } from "./snapshot";

/** The plan of the claims of a change. */
export interface ClaimPlan extends Plan {
  /**
   * The real servers that the releases remove. While one of them has connections after the steps of the claims, nothing
   * is released. @default - none: the releases follow at once
   */
  readonly awaited?: readonly ServiceRealServer[];
}

/** A change of one resource on one host, as pure functions of a snapshot of that host. */
export interface Change {
  /** The virtual services that the change reads. @default - the whole IPVS table */
  readonly services?: readonly ServiceKey[];
  /**
   * The virtual services whose connections are counted with the first look: what has no connections need not be drained.
   * @default - none
   */
  counted?(journal: Journal): readonly EndpointKey[];
  /** The owners whose claims the change may release; the facts that show their parts are read too. */
  readonly owners: readonly Owner[];
  /** The IPVS modules that the change needs, if it needs no other module. @default - any module */
  readonly modules?: readonly string[];
  /** Whether the boot files and the units of its parts are written even if the journal says that they exist. @default false */
  readonly repairsBoot?: boolean;
  /** The host before the first batch, for a change that takes several batches. @default - the first look of its batch */
  readonly undoTo?: Look;
  /** Plans the parts that the resource wants. Throws before anything is changed on the host. */
  planClaims(snapshot: Snapshot): ClaimPlan;
  /** Plans the removal of the parts that the resource claims and no longer wants. */
  planReleases(snapshot: Snapshot): Plan;
  /** Steps to run after the steps of the claims, if there were any. */
  announcements(snapshot: Snapshot): readonly Step[];
}

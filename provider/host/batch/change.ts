import type { EndpointKey } from "../../ipvs/model";
import type { Owner } from "../../journal/journal";
import type { Plan } from "../../journal/plan";
import type { Step } from "../../values/step";
import type { Snapshot } from "./snapshot";

/** A change of one resource on one host, as pure functions of a snapshot of that host. */
export interface Change {
  /** The virtual services that the change reads. @default - the whole IPVS table */
  readonly services?: readonly EndpointKey[];
  /** The owners whose claims the change may release; the facts that show their parts are read too. */
  readonly owners: readonly Owner[];
  /** The IPVS modules that the change needs, if it needs no other module. @default - any module */
  readonly modules?: readonly string[];
  /** Whether the units that make parts again are written although they are there. @default false */
  readonly repairsBoot?: boolean;
  /** Plans the parts that the resource wants. Throws before anything is changed on the host. */
  planClaims(snapshot: Snapshot): Plan;
  /** Plans the removal of the parts that the resource claims and no longer wants. */
  planReleases(snapshot: Snapshot): Plan;
  /** Steps to run after the steps of the claims, if there were any. */
  announcements(snapshot: Snapshot): readonly Step[];
}

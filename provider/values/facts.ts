import type { IpvsTable } from "../ipvs/model";
import type { Filters } from "../network/filters";
import type { Links } from "../network/links";
import type { Management } from "../network/management";
import type { Modules } from "../network/modules";
import type { Routes } from "../network/routes";
import type { Rules } from "../network/rules";
import type { Sysctls } from "../network/sysctls";
import type { Tools } from "../network/tools";

/** What can be known of a host, by name. Only what was asked for is read; to use what was not is a mistake of ours. */
export interface Facts {
  readonly modules: Modules;
  readonly links: Links;
  readonly sysctls: Sysctls;
  readonly routes: Routes;
  readonly rules: Rules;
  readonly tools: Tools;
  readonly management: Management;
  readonly filters: Filters;
  readonly ipvs: IpvsTable;
}

export type FactName = keyof Facts;

import { performance } from "node:perf_hooks";
import { aRealServer, aVirtualService } from "../support/builders";
import { WorkingTable } from "../support/ipvsTable";
import { parseRenderedService, parseSavedTable, planService, renderService } from "./built";

/** The times for a virtual service with ten thousand real servers on this machine, without a host. */
export interface Measured {
  readonly realServers: number;
  /** Reading `ipvsadm -Sn` and `ipvsadm -Ln --thresholds`. */
  readonly parseMilliseconds: number;
  /** Planning a changed weight of every second real server: 5,000 lines. */
  readonly planMilliseconds: number;
  /** Writing the value of the virtual service for the journal. */
  readonly renderMilliseconds: number;
  /** Reading that value back. */
  readonly parseRenderedMilliseconds: number;
}

/** Measures once; the caller decides how often, and whether the first time counts. */
export function measureTenThousand(count = 10_000): Measured {
  const keys = Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const live = aVirtualService({ realServers: keys.map((rip) => aRealServer({ rip })) });
  const desired = aVirtualService({
    realServers: keys.map((rip, index) => aRealServer({ rip, weight: index % 2 })),
  });
  const working = new WorkingTable();
  working.restore(renderService(live));
  const [saved, thresholds] = [working.saved(), working.thresholds()];
  const rendered = renderService(live);
  return {
    realServers: count,
    parseMilliseconds: timed(() => parseSavedTable(saved, thresholds)),
    planMilliseconds: timed(() => planService(desired, live, { managesRealServers: true })),
    renderMilliseconds: timed(() => renderService(live)),
    parseRenderedMilliseconds: timed(() => parseRenderedService(rendered)),
  };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

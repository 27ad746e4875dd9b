import { type DrainSetting, drainSeconds } from "./drain/settings";
import type { Drain } from "./drain/stages";
import { drainWarnings, progressText } from "./drain/words";
import { nextCounts, type ProgressRow, type Snapshot } from "./host/batch";
import { type Connection, hostId } from "./host/connect";
import {
  type ConnectionCounts,
  type ServiceRealServer,
  serviceRealServerText,
} from "./ipvs/connections";
import { hostPrefix } from "./network/interfaces";
import type { Facts } from "./registry/facts";
import { readPart } from "./registry/partTypes";

/** The VIPs that went from each host in this process: no packet comes for their virtual services any more. */
const goneVips = new Set<string>();

/** The drain of the real servers that one change of a resource takes away. */
export class Draining implements Drain {
  private readonly over = new Set<string>();
  private deadline: number | undefined;

  constructor(
    private readonly connection: Connection,
    readonly setting: DrainSetting | undefined,
    readonly vip: string | undefined,
  ) {}

  isOver(realServer: string): boolean {
    return this.over.has(realServer);
  }

  isCutOff(vip: string): boolean {
    return goneVips.has(this.place(vip));
  }

  /** Remembers whether the VIP of the resource is on its host. */
  keepVip(isThere: boolean): void {
    if (this.vip === undefined) return;
    if (isThere) goneVips.delete(this.place(this.vip));
    else goneVips.add(this.place(this.vip));
  }

  /** Whether the VIP of the resource is on its host; true for a resource without one. */
  hasVip(facts: Facts): boolean {
    if (this.vip === undefined) return true;
    return readPart({ type: "address", id: hostPrefix(this.vip) }, facts) !== undefined;
  }

  /** What to say before the first wait. */
  warnings({ draining, facts }: Snapshot): string[] {
    if (!draining || this.deadline !== undefined) return [];
    return drainWarnings([...draining.counts.keys()], facts.ipvs, this.setting);
  }

  /**
   * Waits until the connections of the real servers that a change did not remove have ended, or until their time is
   * over, and says on the row how many are left. The host is free for other changes meanwhile.
   */
  async wait(draining: NonNullable<Snapshot["draining"]>, row: ProgressRow): Promise<void> {
    const { realServers } = draining;
    this.deadline ??= performance.now() + 1000 * this.seconds(realServers);
    let counts: ConnectionCounts | undefined = draining.counts;
    while (counts && hasAny(counts, realServers)) {
      const left = this.deadline - performance.now();
      if (left <= 0) break;
      row.showNow(progressText(counts, Math.ceil(left / 1000)));
      counts = await this.nextCounts(realServers, counts, left);
    }
    for (const one of realServers) this.over.add(serviceRealServerText(one));
  }

  /** A count that fails is no reason to cut connections: the last one holds until their time is over. */
  private nextCounts(
    realServers: readonly ServiceRealServer[],
    last: ConnectionCounts,
    millisecondsLeft: number,
  ): Promise<ConnectionCounts | undefined> {
    return nextCounts(this.connection, realServers, millisecondsLeft).catch(() => last);
  }

  private seconds(realServers: readonly ServiceRealServer[]): number {
    const all = realServers.map(({ service }) => drainSeconds(this.setting, service.protocol));
    return Math.max(0, ...all);
  }

  private place(vip: string): string {
    return `${hostId(this.connection)} ${vip}`;
  }
}

function hasAny(counts: ConnectionCounts, realServers: readonly ServiceRealServer[]): boolean {
  return realServers.some((one) => (counts.get(serviceRealServerText(one)) ?? 0) > 0);
}

import { drainWarnings, progressText, slowStartWarnings } from "./drain/messages";
import { type DrainSetting, drainSeconds, type Pace } from "./drain/settings";
import type { Drain } from "./drain/stages";
import { nextCounts, type ProgressRow, type Snapshot } from "./host/batch";
import { type Connection, hostId } from "./host/connect";
import {
  type ConnectionCounts,
  type ServiceRealServer,
  serviceRealServerText,
} from "./ipvs/connections";
import { serviceKeyText } from "./ipvs/model";
import type { Protocol } from "./ipvs/vocabulary";
import { hostPrefix } from "./network/interfaces";
import type { Facts } from "./registry/facts";
import { readPart } from "./registry/partTypes";
import { SlowStarting } from "./slowStarting";
import type { Part } from "./values/part";

/** The VIPs that this process has removed from each host. Their virtual services receive no packets and need no drain. */
const removedVips = new Set<string>();

/** The drain of the real servers that a change removes, and the slow start of those that it adds. */
export class Draining implements Drain {
  readonly vip: string | undefined;
  /** The real servers whose drain is over. */
  private readonly over = new Set<string>();
  private deadline: number | undefined;
  private readonly slowStarting: SlowStarting;

  constructor(
    private readonly connection: Connection,
    private readonly pace: Pace,
    private readonly before: Pace | undefined,
  ) {
    this.vip = pace.vip;
    this.slowStarting = new SlowStarting(pace);
  }

  seconds(service: string, protocol: Protocol): number {
    return drainSeconds(this.drainOf(service), protocol);
  }

  private drainOf(service: string): DrainSetting | undefined {
    const isKept = this.pace.has?.(service) ?? true;
    return (isKept ? this.pace : (this.before ?? this.pace)).drainOf(service);
  }

  partsNow(parts: readonly Part[], facts: Facts): readonly Part[] {
    return this.slowStarting.partsNow(parts, facts);
  }

  isOver(realServer: string): boolean {
    return this.over.has(realServer);
  }

  isCutOff(vip: string): boolean {
    return removedVips.has(this.vipOnHost(vip));
  }

  /** Remembers, for later changes of this process, whether the VIP of the resource is on its host. */
  rememberVip(isThere: boolean): void {
    if (this.vip === undefined) return;
    if (isThere) removedVips.delete(this.vipOnHost(this.vip));
    else removedVips.add(this.vipOnHost(this.vip));
  }

  /** Whether the VIP of the resource is on its host; true for a resource without a VIP. */
  hasVip(facts: Facts): boolean {
    if (this.vip === undefined) return true;
    return readPart({ type: "address", id: hostPrefix(this.vip) }, facts) !== undefined;
  }

  /** Whether a change with this outcome needs another round. */
  isOngoing({ draining }: Snapshot): boolean {
    return draining !== undefined || !this.slowStarting.isOver;
  }

  /** The warnings before the first wait. */
  warnings({ draining, facts }: Snapshot): string[] {
    if (!draining || this.deadline !== undefined) return [];
    const drainOf = (service: string) => this.drainOf(service);
    return drainWarnings([...draining.counts.keys()], facts.ipvs, drainOf);
  }

  /** The warnings after the change. */
  get lastWarnings(): string[] {
    return slowStartWarnings(this.slowStarting.withoutSteps);
  }

  /** Waits until the next round, and shows the reason in the row. Other changes may use the host meanwhile. */
  async wait({ draining }: Snapshot, row: ProgressRow): Promise<void> {
    const untilStep = this.slowStarting.millisecondsLeft();
    if (draining) await this.waitForConnections(draining, row);
    else {
      row.showNow(this.slowStarting.progressText());
      await new Promise((resolve) => setTimeout(resolve, untilStep));
    }
    this.slowStarting.advance();
  }

  /** Waits until the connections of draining real servers have ended, the timeout is over, or a slow start has a step. */
  private async waitForConnections(
    { realServers, counts: first }: NonNullable<Snapshot["draining"]>,
    row: ProgressRow,
  ): Promise<void> {
    this.deadline ??= performance.now() + 1000 * this.longestTimeout(realServers);
    let counts: ConnectionCounts | undefined = first;
    while (counts && hasAny(counts, realServers)) {
      const left = this.deadline - performance.now();
      if (left <= 0) break;
      const untilStep = this.slowStarting.millisecondsLeft();
      if (untilStep <= 0) return;
      row.showNow(progressText(counts, Math.ceil(left / 1000)));
      counts = await this.nextCounts(realServers, counts, Math.min(left, untilStep));
      counts ??= untilStep < left ? first : undefined;
    }
    for (const realServer of realServers) this.over.add(serviceRealServerText(realServer));
  }

  /** Counts the connections again. When that fails, the last count stays valid, so that no connection is cut early. */
  private nextCounts(
    realServers: readonly ServiceRealServer[],
    last: ConnectionCounts,
    millisecondsLeft: number,
  ): Promise<ConnectionCounts | undefined> {
    return nextCounts(this.connection, realServers, millisecondsLeft).catch(() => last);
  }

  private longestTimeout(realServers: readonly ServiceRealServer[]): number {
    const timeouts = realServers.map(({ service }) =>
      this.seconds(serviceKeyText(service), service.protocol),
    );
    return Math.max(0, ...timeouts);
  }

  private vipOnHost(vip: string): string {
    return `${hostId(this.connection)} ${vip}`;
  }
}

function hasAny(counts: ConnectionCounts, realServers: readonly ServiceRealServer[]): boolean {
  return realServers.some((server) => (counts.get(serviceRealServerText(server)) ?? 0) > 0);
}

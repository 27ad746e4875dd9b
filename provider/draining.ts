import { type DrainSetting, drainSeconds, type Pace } from "./drain/settings";
import type { Drain } from "./drain/stages";
import { drainWarnings, progressText, slowStartWarnings } from "./drain/words";
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

/** The VIPs that went from each host in this process: no packet comes for their virtual services any more. */
const goneVips = new Set<string>();

/** The time that one change takes for its real servers: those that go drain, and those that come may start slowly. */
export class Draining implements Drain {
  readonly vip: string | undefined;
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

  now(parts: readonly Part[], facts: Facts): readonly Part[] {
    return this.slowStarting.now(parts, facts);
  }

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

  /** Whether a change that had this outcome has to go on. */
  isOngoing({ draining }: Snapshot): boolean {
    return draining !== undefined || !this.slowStarting.isOver;
  }

  /** What to say before the first wait. */
  warnings({ draining, facts }: Snapshot): string[] {
    if (!draining || this.deadline !== undefined) return [];
    return drainWarnings([...draining.counts.keys()], facts.ipvs, (one) => this.drainOf(one));
  }

  /** What to say in the end. */
  get lastWarnings(): string[] {
    return slowStartWarnings(this.slowStarting.withoutSteps);
  }

  /** Waits until the change has to go on, and says on the row what it waits for. The host is free meanwhile. */
  async wait({ draining }: Snapshot, row: ProgressRow): Promise<void> {
    const untilStep = this.slowStarting.millisecondsLeft();
    if (draining) await this.waitForConnections(draining, row);
    else {
      row.showNow(this.slowStarting.text());
      await new Promise((resolve) => setTimeout(resolve, untilStep));
    }
    this.slowStarting.advance();
  }

  /**
   * Waits until the connections of the real servers that a change did not remove have ended, or until their time is
   * over; no longer than until other real servers get more weight.
   */
  private async waitForConnections(
    { realServers, counts: first }: NonNullable<Snapshot["draining"]>,
    row: ProgressRow,
  ): Promise<void> {
    this.deadline ??= performance.now() + 1000 * this.longest(realServers);
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

  private longest(realServers: readonly ServiceRealServer[]): number {
    const all = realServers.map(({ service }) =>
      this.seconds(serviceKeyText(service), service.protocol),
    );
    return Math.max(0, ...all);
  }

  private place(vip: string): string {
    return `${hostId(this.connection)} ${vip}`;
  }
}

function hasAny(counts: ConnectionCounts, realServers: readonly ServiceRealServer[]): boolean {
  return realServers.some((one) => (counts.get(serviceRealServerText(one)) ?? 0) > 0);
}

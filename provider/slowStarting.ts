import { partsAt, type Ramp, rampOf, rampText, stepCount } from "./drain/ramp";
import type { Pace } from "./drain/settings";
import type { Facts } from "./registry/facts";
import type { Part } from "./values/part";

/** The way of new and returning real servers of one change to their weights. */
export class SlowStarting {
  private ramp: Ramp | undefined;
  private step = 1;
  private startedAt: number | undefined;

  private seconds = 0;

  constructor(private readonly pace: Pace) {}

  /** The parts with the weights of this step. The first look at the host says which real servers are new. */
  now(parts: readonly Part[], facts: Facts): readonly Part[] {
    this.ramp ??= this.begin(parts, facts);
    return this.isOver ? parts : partsAt(parts, this.ramp, this.step);
  }

  /** All of one change take the longest time that is declared for one of them. */
  private begin(parts: readonly Part[], facts: Facts): Ramp {
    const secondsOf = (service: string) => this.pace.slowStartOf?.(service)?.seconds ?? 0;
    const services = parts.filter(({ type }) => ["virtualService", "realServer"].includes(type));
    const names = services.map(({ id }) => id.split(" -> ")[0] as string);
    if (!names.some((name) => secondsOf(name) > 0)) return new Map();
    const ramp = rampOf(parts, facts.ipvs, (service) => secondsOf(service) > 0);
    const slow = [...ramp.keys()].map((name) => secondsOf(name.split(" -> ")[0] as string));
    this.seconds = Math.max(0, ...slow);
    return ramp;
  }

  /** Whether every real server has its weight, or will have it with the next change. */
  get isOver(): boolean {
    return !this.ramp || this.step >= stepCount(this.ramp);
  }

  /** How long it is until the next step; the first step begins the time. */
  millisecondsLeft(): number {
    if (!this.ramp || this.isOver) return Number.POSITIVE_INFINITY;
    this.startedAt ??= performance.now();
    const each = (1000 * this.seconds) / (stepCount(this.ramp) - 1);
    return Math.max(0, this.startedAt + this.step * each - performance.now());
  }

  /** Goes on to the next step when its time has come. */
  advance(): void {
    if (this.millisecondsLeft() <= 0) this.step += 1;
  }

  /** What the row of the resource says meanwhile. */
  text(): string {
    if (!this.ramp || this.startedAt === undefined) return "slow start";
    const end = this.startedAt + 1000 * this.seconds;
    return rampText(this.ramp, this.step, Math.ceil((end - performance.now()) / 1000));
  }

  /** The real servers whose weight of 1 has no steps. */
  get withoutSteps(): string[] {
    return [...(this.ramp ?? [])].filter(([, full]) => full === 1).map(([name]) => name);
  }
}

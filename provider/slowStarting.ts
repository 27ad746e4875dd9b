import { partsAt, type Ramp, rampOf, rampText, stepCount } from "./drain/ramp";
import type { Pace } from "./drain/settings";
import type { Facts } from "./registry/facts";
import type { Part } from "./values/part";

/** The slow start of a change: the weights of its new and returning real servers, which grow in steps. */
export class SlowStarting {
  private ramp: Ramp | undefined;
  private step = 1;
  private startedAt: number | undefined;
  private seconds = 0;

  constructor(private readonly pace: Pace) {}

  /** Copies the parts with the weights of the current step. The first call finds out which real servers are new. */
  partsNow(parts: readonly Part[], facts: Facts): readonly Part[] {
    this.ramp ??= this.begin(parts, facts);
    return this.isOver ? parts : partsAt(parts, this.ramp, this.step);
  }

  /** Every real server of the change takes the longest of the declared times. */
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

  /** Whether the current step is the last one, so that the parts have their full weights. */
  get isOver(): boolean {
    return !this.ramp || this.step >= stepCount(this.ramp);
  }

  /** The time until the next step. The first call starts the clock. */
  millisecondsLeft(): number {
    if (!this.ramp || this.isOver) return Number.POSITIVE_INFINITY;
    this.startedAt ??= performance.now();
    const each = (1000 * this.seconds) / (stepCount(this.ramp) - 1);
    return Math.max(0, this.startedAt + this.step * each - performance.now());
  }

  /** Moves to the next step when its time has come. */
  advance(): void {
    if (this.millisecondsLeft() <= 0) this.step += 1;
  }

  /** The progress in the row of the resource. */
  progressText(): string {
    if (!this.ramp || this.startedAt === undefined) return "slow start";
    const end = this.startedAt + 1000 * this.seconds;
    return rampText(this.ramp, this.step, Math.ceil((end - performance.now()) / 1000));
  }

  /** The real servers whose slow start has no effect, because a weight of 1 has no steps. */
  get withoutSteps(): string[] {
    return [...(this.ramp ?? [])].filter(([, full]) => full === 1).map(([name]) => name);
  }
}

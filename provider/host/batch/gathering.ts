/**
 * A batch is closed when nothing new has become ready for this long: at first, and then for a part of what the last
 * batch took. Pulumi starts the next resources one by one, and each batch costs as much as another.
 */
const QUIET = { part: 1 / 6, shortest: 5, longest: 100 };

/**
 * Longer where others are sure to come: right after a batch, since Pulumi starts the next for those whom it has
 * answered; and after each that comes while fewer wait than were ever under way together.
 */
const FOLLOWING = { part: 1 / 2, shortest: 5, longest: 300 };

/**
 * Half of them do not wait for the other half when that takes longer than this part of what a batch takes. The two
 * halves then take turns: the host works for one, and Pulumi for the other. That saves the time in which Pulumi starts
 * them all, and costs once more what a batch takes whatever it holds: some two thirds of it.
 */
const WORTH_WAITING = 1 / 3;

/** How long a batch waits for others, from what was seen of those before. */
export class Gathering {
  private lastMilliseconds = 0;
  private endedAt: number | undefined;
  private arrived = 0;
  /** How long Pulumi takes from one to the next: on average of the last ones. */
  private pace = 0;
  private underWay = 0;
  private mostUnderWay = 0;
  /** How many batches in a row had as many as were ever under way. */
  private full = 0;
  private onArrival: () => void = () => undefined;

  /** One is under way until this settles. */
  follow<T>(answered: Promise<T>): Promise<T> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    return answered.finally(() => {
      this.underWay -= 1;
    });
  }

  /** Another one waits. */
  arrive(): void {
    if (this.endedAt !== undefined) {
      this.arrived += 1;
      const paceNow = (performance.now() - this.endedAt) / this.arrived;
      this.pace = this.pace === 0 ? paceNow : (this.pace + paceNow) / 2;
    }
    this.onArrival();
  }

  /** Nobody waits: what comes next follows nothing. */
  rest(): void {
    this.endedAt = undefined;
  }

  /** A batch of so many has ended, which took so long. */
  end(size: number, milliseconds: number): void {
    this.full = size > 1 && size === this.mostUnderWay ? this.full + 1 : 0;
    this.lastMilliseconds = milliseconds;
    this.endedAt = performance.now();
    this.arrived = 0;
  }

  /** Waits for as long as others keep coming. */
  async wait(waiting: () => number, isFollowing: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const close = () => {
        this.onArrival = () => undefined;
        resolve();
      };
      const closeAfter = ({ part, shortest, longest }: typeof QUIET) => {
        clearTimeout(timer);
        const quiet = Math.min(longest, Math.max(shortest, this.lastMilliseconds * part));
        if (this.isEnough(waiting())) close();
        else timer = setTimeout(close, quiet);
      };
      this.onArrival = () => closeAfter(waiting() < this.mostUnderWay ? FOLLOWING : QUIET);
      closeAfter(isFollowing ? FOLLOWING : QUIET);
    });
  }

  /**
   * When two batches had as many as were ever under way, that is taken for Pulumi's parallelism: with so many it does
   * not wait. Nor with half of them, when the host can do these while Pulumi starts the others.
   */
  private isEnough(waiting: number): boolean {
    if (this.full >= 2 && waiting >= this.mostUnderWay) return true;
    const missing = this.mostUnderWay - waiting;
    return missing <= waiting && missing * this.pace > this.lastMilliseconds * WORTH_WAITING;
  }
}

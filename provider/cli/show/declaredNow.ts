import type { DeclaredHost } from "./declared";

/** `pulumi stack export` takes about a second of processor time. */
const SECONDS_BETWEEN_READS = 10;

/** The hosts that the state of a stack declares. The state is read again while they are watched: updates go on. */
export class DeclaredNow {
  private readAt = performance.now();
  private isReading = false;

  constructor(
    private current: readonly DeclaredHost[],
    private readonly read: () => Promise<readonly DeclaredHost[]>,
    private readonly seconds = SECONDS_BETWEEN_READS,
  ) {}

  /** The hosts as they were read last. Starts the next read when the last one is old. */
  hosts(): readonly DeclaredHost[] {
    const isOld = performance.now() - this.readAt >= this.seconds * 1000;
    if (isOld && !this.isReading) void this.readAgain();
    return this.current;
  }

  /** A state that cannot be read is no reason to end a watch: the last one is shown, and the next read may succeed. */
  private async readAgain(): Promise<void> {
    this.isReading = true;
    this.current = await this.read().catch(() => this.current);
    this.readAt = performance.now();
    this.isReading = false;
  }
}

import type { DeclaredHost } from "./declared";

/** The state is read at most every 10 s, because `pulumi stack export` takes about a second of processor time. */
const SECONDS_BETWEEN_READS = 10;

/** The declared hosts for a watch. The cache reads the state again from time to time, because an update may change it. */
export class DeclaredHostCache {
  private readAt = performance.now();
  private isReading = false;

  constructor(
    private current: readonly DeclaredHost[],
    private readonly read: () => Promise<readonly DeclaredHost[]>,
    private readonly seconds = SECONDS_BETWEEN_READS,
  ) {}

  /** Returns the hosts of the last read, and starts another read when the last one is old. */
  hosts(): readonly DeclaredHost[] {
    const isOld = performance.now() - this.readAt >= this.seconds * 1000;
    if (isOld && !this.isReading) void this.readAgain();
    return this.current;
  }

  /** Reads the state. After a failure the last state stays, because the next read may succeed. */
  private async readAgain(): Promise<void> {
    this.isReading = true;
    this.current = await this.read().catch(() => this.current);
    this.readAt = performance.now();
    this.isReading = false;
  }
}

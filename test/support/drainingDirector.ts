import { afterEach, beforeEach, expect, type Mock, vi } from "vitest";
import type { Properties } from "../../provider/check";
import { ProgressRow } from "../../provider/host/batch/progress";
import type { Connection } from "../../provider/host/connect/connection";
import type { Shell } from "../../provider/host/shell/shell";
import { call } from "./call";
import { type KindName, least } from "./inputs";
import { WorkingHost } from "./workingHost";
import { WorkingShell } from "./workingShell";

/** The kernel's names of two real servers of tcp 192.0.2.80:80. */
export const WEB1 = "TCP C0000250:0050 C000020B:0050";
export const WEB2 = "TCP C0000250:0050 C000020C:0050";

/** The declarations of these two real servers. */
export const web1 = { rip: "192.0.2.11", forwardingMethod: "dr" };
export const web2 = { rip: "192.0.2.12", forwardingMethod: "dr", weight: 3 };

/** Replaces provider/host/shell/pool. */
interface Pool {
  readonly shellFor: Mock<(connection: Connection) => Promise<Shell>>;
}

/** Each test has a new director, because the provider remembers hosts as long as the process lives. */
let number = 0;

/** A director for the tests of drains. A test can switch to fake time. */
export class DrainingDirector {
  host = new WorkingHost();
  shell = new WorkingShell(this.host);
  /** The texts in the rows of resources during waits. */
  said: string[] = [];

  constructor(private readonly pool: Pool) {
    beforeEach(() => this.begin());
    afterEach(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
  }

  private begin(): void {
    number += 1;
    this.host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.1/24"] });
    this.shell = new WorkingShell(this.host);
    this.pool.shellFor.mockReset().mockResolvedValue(this.shell);
    this.said = [];
    const row = vi.spyOn(ProgressRow.prototype, "showNow");
    row.mockImplementation((text) => void this.said.push(text));
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
  }

  async check(kind: KindName, more: object): Promise<Properties> {
    const connection = { ...least[kind].connection, host: `director${number}` };
    const args = { ...least[kind], connection, ...more };
    const { inputs, failures } = (await call(kind, "check", {}, args)) as {
      inputs: Properties;
      failures: unknown[];
    };
    expect(failures).toEqual([]);
    return { ...inputs, __provider: "code" };
  }

  async create(kind: KindName, more: object = {}) {
    const created = await call(kind, "create", await this.check(kind, more));
    return created as { id: string; outs: Properties };
  }

  async update(kind: KindName, outs: Properties, more: object): Promise<unknown> {
    return call(kind, "update", "an id", outs, await this.check(kind, more));
  }

  /** The real servers of all virtual services with their weights. */
  rows(): string[] {
    const lines = this.host.table.saved().split("\n");
    return lines
      .filter((line) => line.startsWith("-a"))
      .map((line) => line.replace(/^-a \S+ \S+ -r (\S+):80 \S+ -w (\d+).*/, "$1 $2"));
  }

  /** The warnings for the user. */
  warnings(): string {
    return vi.mocked(process.stderr.write).mock.calls.join("");
  }

  /** Cuts the connection to the host. */
  cut(): void {
    this.pool.shellFor.mockRejectedValue(new Error("the cable was cut"));
  }

  /** Advances the fake time by some seconds. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) await vi.advanceTimersByTimeAsync(1000);
  }

  /** The round trips of a change, without the lock. */
  async roundTripsOf(change: () => Promise<unknown>): Promise<number> {
    const before = this.shell.roundTrips.length;
    await change();
    return this.shell.roundTrips.slice(before).filter(([first]) => first !== "lock").length;
  }
}

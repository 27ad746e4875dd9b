import { expect } from "vitest";
import { waitUntil } from "../../run";
import { connections } from "../../traffic";
import type { Clusters } from "./clusters";

/** The two directors of a story with failover. */
export const DIRECTORS = ["director1", "director2"] as const;
export type DirectorName = (typeof DIRECTORS)[number];

/** Looks at two directors that share VIPs, of which web1 is the only real server. */
export class DirectorPair {
  constructor(private readonly story: () => Clusters) {}

  on(name: DirectorName, line: string): Promise<string> {
    return this.story().lab.host(name).mustRun(line);
  }

  /** Waits until a command on a director says something. A look that failed was none. */
  says(name: DirectorName, line: string, wanted: string): Promise<void> {
    return this.until(
      `${name} says ${wanted} to ${line}`,
      async () => (await this.on(name, line)).trim() === wanted,
    );
  }

  /** Waits until a VIP is on these directors, and on no other one. */
  have(names: readonly DirectorName[], vip: string): Promise<void> {
    return this.until(
      `${vip} is on ${names.join(" and ")}`,
      async () => (await this.holders(vip)).join() === names.join(),
    );
  }

  /** Asks the real server through a VIP. The client may hear of a move a little later than it happens. */
  async isServed(vip: string): Promise<void> {
    const answers = (count: number) => connections(this.story().lab, vip, 80, count);
    await this.until(`${vip} answers`, async () => "web1" in (await answers(1)));
    expect(await answers(3)).toEqual({ web1: 3 });
  }

  keepalived(name: DirectorName, word: "stop" | "start"): Promise<string> {
    return this.on(name, `systemctl ${word} pulumi-lvs-failover`);
  }

  private async holders(vip: string): Promise<DirectorName[]> {
    const all = await Promise.all(
      DIRECTORS.map(
        async (name) => [name, await this.on(name, "ip -o address show dev eth1")] as const,
      ),
    );
    return all.filter(([, shown]) => shown.includes(` ${vip}/`)).map(([name]) => name);
  }

  private until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    return waitUntil(what, () => isSo().catch(() => false), 60_000, 200).catch(async (error) => {
      const log = "ip -br address; journalctl -u pulumi-lvs-failover --no-pager -o cat | tail -40";
      const logs = await Promise.all(DIRECTORS.map((name) => this.on(name, log)));
      throw new Error(`${error}\n${logs.join("\n")}`);
    });
  }
}

import { type Baseline, difference, observeHost } from "../../baseline";
import type { Lab } from "../../lab";

/** The baselines of hosts at a moment, for later comparisons. */
export class Baselines {
  private constructor(
    private readonly lab: Lab,
    private readonly taken: ReadonlyMap<string, Baseline>,
  ) {}

  static async take(lab: Lab, hosts: readonly string[]): Promise<Baselines> {
    return new Baselines(lab, await observed(lab, hosts));
  }

  /** The differences from these baselines on all hosts. */
  async differences(): Promise<string[]> {
    const now = await observed(this.lab, [...this.taken.keys()]);
    return [...this.taken].flatMap(([name, before]) =>
      difference(before, now.get(name) as Baseline).map((line) => `${name}: ${line}`),
    );
  }
}

async function observed(lab: Lab, hosts: readonly string[]): Promise<Map<string, Baseline>> {
  const all = hosts.map(async (name): Promise<[string, Baseline]> => {
    return [name, await observeHost(lab.host(name))];
  });
  return new Map(await Promise.all(all));
}

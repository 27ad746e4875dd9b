import { type Baseline, difference, observeHost } from "../../baseline";
import type { Lab } from "../../lab";

/** What hosts were at one moment, to compare them with. */
export class Baselines {
  private constructor(
    private readonly lab: Lab,
    private readonly taken: ReadonlyMap<string, Baseline>,
  ) {}

  static async take(lab: Lab, hosts: readonly string[]): Promise<Baselines> {
    return new Baselines(lab, await observed(lab, hosts));
  }

  /** What is not as it was then, on any host. */
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

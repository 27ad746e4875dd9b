import { describe, expect, it } from "vitest";
import { DeclaredHostCache } from "../../../provider/cli/show/declaredHostCache";
import { observedHosts, webCluster } from "../support/observedHosts";

const hosts = observedHosts(webCluster(), {}).map(({ declared }) => declared);
const [director = hosts[0] as never] = hosts;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("the hosts of a stack that is watched", () => {
  it("are read again from the state, one read at a time", async () => {
    let reads = 0;
    const declared = new DeclaredHostCache(
      [director],
      async () => {
        reads += 1;
        return hosts;
      },
      0,
    );
    expect([declared.hosts(), declared.hosts()]).toEqual([[director], [director]]);
    expect(reads).toBe(1);
    await nextTurn();
    expect(declared.hosts()).toEqual(hosts);
  });

  it("are those of the last read while the state cannot be read", async () => {
    const fails = () => Promise.reject(new Error("no backend"));
    const declared = new DeclaredHostCache([director], fails, 0);
    declared.hosts();
    await nextTurn();
    expect(declared.hosts()).toEqual([director]);
  });

  it("are not read again while the last read is young", () => {
    const declared = new DeclaredHostCache(hosts, () => Promise.reject(new Error("not now")), 60);
    expect(declared.hosts()).toEqual(hosts);
  });
});

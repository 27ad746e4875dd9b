import { describe, expect, it, vi } from "vitest";
import { sleep, timeOfItsOwn } from "./support/clock";
import { added, type Pool, sessionHost } from "./support/sessionHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

timeOfItsOwn();

const aHost = () => sessionHost(pool);

describe("a batch", () => {
  it("sends what is ready at the same time together", async () => {
    const { shell, add } = aHost();
    await Promise.all(["192.0.2.81", "192.0.2.82", "192.0.2.83"].map((one) => add(one)));
    expect(added(shell.trips)).toEqual([3]);
  });

  it("gathers what becomes ready while a batch is under way, and never runs two at once", async () => {
    const { shell, add } = aHost();
    const later: Promise<unknown>[] = [];
    shell.before = (trip) => {
      if (trip === 1) later.push(add("192.0.2.82"), add("192.0.2.83"));
    };
    await add("192.0.2.81");
    await Promise.all(later);
    expect(added(shell.trips)).toEqual([1, 2]);
    expect(shell.trips.map((trip) => trip[0])).toEqual([
      ...["lock", "look", "journal"],
      ...["look", "journal"],
    ]);
  });

  it("takes those along that become ready while it connects", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockReturnValueOnce(sleep(5000).then(() => shell));
    const first = add("192.0.2.81");
    await sleep(4000);
    await Promise.all([first, add("192.0.2.82")]);
    expect(added(shell.trips)).toEqual([2]);
  });

  it("waits for those that become ready one by one, a part of what a batch takes", async () => {
    const { shell, add } = aHost();
    shell.before = () => sleep(400);
    await add("192.0.2.81");
    const others: Promise<unknown>[] = [];
    for (const address of ["192.0.2.82", "192.0.2.83", "192.0.2.84"]) {
      others.push(add(address));
      await sleep(10);
    }
    await Promise.all(others);
    expect(added(shell.trips)).toEqual([1, 3]);
  });

  it("waits longer for those whom the batch before has answered", async () => {
    const { shell, add } = aHost();
    const others: Promise<unknown>[] = [];
    shell.before = async (trip) => {
      if (trip === 1) others.push(add("192.0.2.82"));
      await sleep(600);
    };
    await add("192.0.2.81");
    // More than it waits for others, and less than for those.
    await sleep(130);
    await Promise.all([...others, add("192.0.2.83")]);
    expect(added(shell.trips)).toEqual([1, 2]);
  });

  it("takes turns with Pulumi, half of all that are under way at a time, when that is quicker", async () => {
    const { shell, add } = aHost();
    shell.before = () => sleep(50);
    await startedOneByOne(add, { parallelism: 4, milliseconds: 40, count: 20 });
    // The first ones are not of Pulumi's pace yet, and the last one is what is left.
    expect([...new Set(added(shell.trips).slice(2, -1))]).toEqual([2]);
  });

  it("waits for all of them on a host that takes long, whatever Pulumi takes for each", async () => {
    const { shell, add } = aHost();
    shell.before = () => sleep(200);
    await startedOneByOne(add, { parallelism: 4, milliseconds: 10, count: 16 });
    expect(added(shell.trips)).toEqual([4, 4, 4, 4]);
  });
});

/** Adds addresses as Pulumi does: the next one for each that was answered, one after another. */
async function startedOneByOne(
  add: (address: string) => Promise<unknown>,
  {
    parallelism,
    milliseconds,
    count,
  }: { parallelism: number; milliseconds: number; count: number },
): Promise<void> {
  const addresses = Array.from({ length: count }, (_, at) => `192.0.2.${100 + at}`);
  let starting = Promise.resolve();
  const oneAfterAnother = async () => {
    for (;;) {
      starting = starting.then(() => sleep(milliseconds));
      await starting;
      const address = addresses.shift();
      if (address === undefined) return;
      await add(address);
    }
  };
  await Promise.all(Array.from({ length: parallelism }, oneAfterAnother));
}

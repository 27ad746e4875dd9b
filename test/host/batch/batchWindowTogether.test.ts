import { describe, expect, it, vi } from "vitest";
import { sleep, useFakeTime } from "./support/clock";
import { addedByBatch, type Pool, queueHost } from "./support/queueHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

useFakeTime();

const aHost = () => queueHost(pool);

describe("the batches of a host", () => {
  it("put requests that are queued together into one batch", async () => {
    const { shell, add } = aHost();
    await Promise.all(["192.0.2.81", "192.0.2.82", "192.0.2.83"].map((address) => add(address)));
    expect(addedByBatch(shell.roundTrips)).toEqual([3]);
  });

  it("collect requests while another batch runs, and never run at the same time", async () => {
    const { shell, add } = aHost();
    const later: Promise<unknown>[] = [];
    shell.beforeRoundTrip = (trip) => {
      if (trip === 1) later.push(add("192.0.2.82"), add("192.0.2.83"));
    };
    await add("192.0.2.81");
    await Promise.all(later);
    expect(addedByBatch(shell.roundTrips)).toEqual([1, 2]);
    expect(shell.roundTrips.map((trip) => trip[0])).toEqual([
      ...["lock", "read", "journal"],
      ...["read", "journal"],
    ]);
  });

  it("include requests that are queued while connecting", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockReturnValueOnce(sleep(5000).then(() => shell));
    const first = add("192.0.2.81");
    await sleep(4000);
    await Promise.all([first, add("192.0.2.82")]);
    expect(addedByBatch(shell.roundTrips)).toEqual([2]);
  });

  it("wait for requests that are queued one by one", async () => {
    const { shell, add } = aHost();
    shell.beforeRoundTrip = () => sleep(400);
    await add("192.0.2.81");
    const others: Promise<unknown>[] = [];
    for (const address of ["192.0.2.82", "192.0.2.83", "192.0.2.84"]) {
      others.push(add(address));
      await sleep(10);
    }
    await Promise.all(others);
    expect(addedByBatch(shell.roundTrips)).toEqual([1, 3]);
  });

  it("wait longer for the resources that waited for the last batch", async () => {
    const { shell, add } = aHost();
    const others: Promise<unknown>[] = [];
    shell.beforeRoundTrip = async (trip) => {
      if (trip === 1) others.push(add("192.0.2.82"));
      await sleep(600);
    };
    await add("192.0.2.81");
    // Longer than the short debounce, and shorter than the long one.
    await sleep(130);
    await Promise.all([...others, add("192.0.2.83")]);
    expect(addedByBatch(shell.roundTrips)).toEqual([1, 2]);
  });

  it("take turns with Pulumi, each with half of the requests, if that is quicker", async () => {
    const { shell, add } = aHost();
    shell.beforeRoundTrip = () => sleep(50);
    await startedOneByOne(add, { parallelism: 4, milliseconds: 40, count: 20 });
    // The first batches come before the pace is known; the last one holds the remainder.
    expect([...new Set(addedByBatch(shell.roundTrips).slice(2, -1))]).toEqual([2]);
  });

  it("wait for all requests on a slow host", async () => {
    const { shell, add } = aHost();
    shell.beforeRoundTrip = () => sleep(200);
    await startedOneByOne(add, { parallelism: 4, milliseconds: 10, count: 16 });
    expect(addedByBatch(shell.roundTrips)).toEqual([4, 4, 4, 4]);
  });
});

/** Adds addresses as Pulumi does: each answer starts the next resource, and resources start one after another. */
async function startedOneByOne(
  add: (address: string) => Promise<unknown>,
  {
    parallelism,
    milliseconds,
    count,
  }: { parallelism: number; milliseconds: number; count: number },
): Promise<void> {
  const addresses = Array.from({ length: count }, (_, index) => `192.0.2.${100 + index}`);
  let starting = Promise.resolve();
  const worker = async () => {
    for (;;) {
      starting = starting.then(() => sleep(milliseconds));
      await starting;
      const address = addresses.shift();
      if (address === undefined) return;
      await add(address);
    }
  };
  await Promise.all(Array.from({ length: parallelism }, worker));
}

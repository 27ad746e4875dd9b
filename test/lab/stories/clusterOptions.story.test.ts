import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";

/** A resource as a preview says that it would be in the state. */
interface Planned {
  readonly type: string;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

// No host is asked: a preview needs none. That aliases and protection hold, the story of machines shows.
describe("the options of a Cluster", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.create({ program: "test/lab/programs/machines" });
    await stack.config({ directory: stack.directory }, { privateKey: "no host is asked" });
  });
  afterAll(() => stack?.remove());

  /** What a preview with these options would bring about, by name. */
  async function planned(options: object): Promise<Map<string, Planned>> {
    await stack.config({ options });
    const { steps } = JSON.parse((await stack.must("preview", "--json")).stdout) as {
      steps: { urn: string; newState: Planned }[];
    };
    return new Map(steps.map(({ urn, newState }) => [nameOf(urn), newState]));
  }

  const childrenOf = (all: ReadonlyMap<string, Planned>) => {
    const children = [...all.values()].filter(({ type }) => type.includes("dynamic/lvs:"));
    expect(children).toHaveLength(6);
    return children;
  };

  it("protect its resources", async () => {
    const children = childrenOf(await planned({ protect: true }));
    expect(children.map(({ protect }) => protect)).toEqual(children.map(() => true));
    const open = childrenOf(await planned({}));
    expect(open.map(({ protect }) => protect ?? false)).toEqual(open.map(() => false));
  });

  it("give its resources a provider", async () => {
    const children = childrenOf(await planned({ hasProvider: true }));
    for (const { provider } of children) expect(provider).toContain(":pulumi-nodejs::own::");
  });

  it("transform the arguments of its resources", async () => {
    const all = await planned({ scheduler: "sed" });
    const schedulers = childrenOf(all).map(({ inputs }) => inputs?.scheduler);
    expect(schedulers.filter((scheduler) => scheduler !== undefined)).toEqual(["sed", "sed"]);
  });

  it("make it depend on other resources, and other resources on all of its children", async () => {
    const all = await planned({});
    expect(all.get("web")?.dependencies?.map(nameOf)).toEqual(["gate"]);
    const isChild = (name: string) => all.get(name)?.type.includes("dynamic/lvs:");
    expect(all.get("after")?.dependencies?.map(nameOf).sort()).toEqual(
      [...all.keys()].filter(isChild).sort(),
    );
  });
});

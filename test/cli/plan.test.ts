import { describe, expect, it } from "vitest";
import { plannedState, planRollback } from "../../provider/cli/rollback/plan";
import { selectTargets } from "../../provider/cli/rollback/targets";
import { child, component, foreign, lvs, service, stack, urnOf } from "./support/states";

const names = { name: "lvs", stack: "dev" };
const web1 = { "192.0.2.11:80": { weight: 1 } };

describe("the plan of a rollback", () => {
  it("declares what the state had, and targets what it had and what there is now", () => {
    const then = stack(lvs("Director", "director1"), service("http", web1));
    const now = stack(lvs("Director", "director1"), service("dns", {}));
    const plan = planRollback(then, now, names);
    expect(plan.declared.map(({ urn }) => urn)).toEqual([
      urnOf("Director", "director1"),
      urnOf("VirtualService", "http"),
    ]);
    expect(plan.targets).toEqual([
      urnOf("Director", "director1"),
      urnOf("VirtualService", "http"),
      urnOf("VirtualService", "dns"),
    ]);
  });

  it("leaves resources of others out, and names those that are depended on", () => {
    const machine = foreign("machine");
    const other = foreign("other");
    const director = { ...lvs("Director", "director1"), dependencies: [machine.urn] };
    const then = stack(machine, other, director);
    const now = stack({ ...machine, inputs: { size: 2 } }, other);
    const plan = planRollback(then, now, names);
    expect(plan.declared).toEqual([director]);
    expect(plan.references).toEqual([
      { resource: { ...machine, inputs: { size: 2 } }, version: undefined, provider: undefined },
    ]);
    expect(plan.targets).toEqual([director.urn]);
  });

  it("names the components above such a resource, and the version of its plugin", () => {
    const provider = {
      ...component("pulumi:providers:aws", "default_6_1_0"),
      inputs: { version: "6.1.0" },
    };
    const site = component("my:index:Site", "site");
    const machine = { ...child(site, foreign("machine")), provider: `${provider.urn}::an-id` };
    const director = { ...lvs("Director", "director1"), dependencies: [machine.urn] };
    const state = stack(provider, site, machine, director);
    expect(planRollback(state, state, names)).toMatchObject({
      references: [{ resource: site }, { resource: machine, version: "6.1.0" }],
      targets: [director.urn],
      lostDependencies: [],
    });
  });

  describe("with a resource whose provider the program configures", () => {
    const cluster = foreign("cluster");
    const provider = {
      ...component("pulumi:providers:aws", "mine"),
      ...{ custom: true, id: "an-id", dependencies: [cluster.urn] },
      inputs: { region: "eu-west-1", version: "6.1.0" },
    };
    const machine = { ...foreign("machine"), provider: `${provider.urn}::an-id` };
    const director = { ...lvs("Director", "director1"), dependencies: [machine.urn] };

    it("names the provider before it, as the stack has it now, after what that depends on", () => {
      const now = stack(cluster, provider, machine, director);
      const plan = planRollback(stack(director), now, names);
      expect(plan).toMatchObject({
        references: [
          { resource: cluster, provider: undefined },
          { resource: provider, provider: undefined },
          { resource: machine, version: "6.1.0", provider: provider.urn },
        ],
        lostDependencies: [],
      });
      expect(plan.targets).toEqual([director.urn]);
    });

    it.each([
      ["is gone", stack(cluster, machine, director)],
      [
        "was made from parameters",
        stack(
          cluster,
          { ...provider, inputs: { __internal: { parameterization: "abc" } } },
          machine,
          director,
        ),
      ],
      [
        "depends on what only the program can name",
        stack({ ...cluster, external: true }, provider, machine, director),
      ],
    ])("does without it where the provider %s", (_, now) => {
      expect(planRollback(stack(director), now, names)).toMatchObject({
        references: [],
        lostDependencies: [machine.urn],
      });
    });
  });

  describe("with a resource that was renamed since", () => {
    const before = {
      ...lvs("VirtualIp", "vip"),
      id: "director1 vip 192.0.2.80",
      aliases: ["an-alias"],
    };
    const after = {
      ...before,
      ...lvs("VirtualIp", "address"),
      id: before.id,
      aliases: [before.urn],
    };

    it("hands over what the present name has", () => {
      const plan = planRollback(stack(before), stack(after), names);
      expect(plan.declared).toEqual([{ ...before, aliases: ["an-alias", after.urn] }]);
      expect(plan.targets).toEqual([before.urn, after.urn]);
      expect(selectTargets(plan, stack(after), ["192.0.2.80"])).toEqual(plan.targets);
    });

    it.each([
      ["another thing", stack({ ...after, id: "director1 vip 192.0.2.81" })],
      ["another kind", stack({ ...after, ...lvs("RealServerVip", "address"), id: before.id })],
      ["nothing, and the old name is still there", stack(before, after)],
    ])("hands nothing over for %s", (_, now) => {
      expect(planRollback(stack(before), now, names).declared).toEqual([before]);
    });

    it("hands nothing over from a name that the state had as well", () => {
      const then = stack(before, { ...after, id: "director1 vip 192.0.2.81" });
      const plan = planRollback(then, stack(after), names);
      expect(plan.declared[0]).toEqual(before);
    });
  });

  it("tells which dependencies the stack does not have any more", () => {
    const machine = foreign("machine");
    const director = { ...lvs("Director", "director1"), dependencies: [machine.urn] };
    const plan = planRollback(stack(machine, director), stack(director), names);
    expect(plan.lostDependencies).toEqual([machine.urn]);
    expect(plan.references).toEqual([]);
  });

  it("declares the components above, and targets one that somebody else has only where it is gone", () => {
    const site = component("my:index:Site", "site");
    const director = child(site, lvs("Director", "director1"));
    const then = stack(site, director);
    expect(planRollback(then, stack(site), names).targets).toEqual([director.urn]);
    expect(planRollback(then, stack(), names).targets).toEqual([director.urn, site.urn]);
    expect(planRollback(then, stack(), names).declared).toEqual([site, director]);
  });

  it("leaves out a replaced resource whose deletion is still to be done", () => {
    const gone = { ...lvs("VirtualIp", "vip"), delete: true };
    const plan = planRollback(stack(gone), stack(gone), names);
    expect(plan).toMatchObject({ declared: [], targets: [] });
  });

  it("takes the URNs of a stack that has another name now, in what resources claim too", () => {
    const then = stack(lvs("Director", "director1"));
    const plan = planRollback(then, stack(), { name: "lvs", stack: "prod" });
    const urn = "urn:pulumi:prod::lvs::pulumi-nodejs:dynamic/lvs:Director::director1";
    expect(plan.targets).toEqual([urn]);
    expect(plan.declared[0]?.inputs?.owner).toBe(urn);
  });

  it("refuses a kind that this version does not know", () => {
    expect(() => planRollback(stack(lvs("Teapot", "pot")), stack(), names)).toThrow(
      "does not know (Teapot): install the version that wrote the state",
    );
  });
});

describe("the state that a rollback brings about", () => {
  const machine = foreign("machine");
  const former = [lvs("Director", "director1"), service("http", web1)];
  const dns = { ...service("dns", {}), id: "director1 udp 192.0.2.80:53" };
  const now = stack(machine, lvs("Director", "director1"), dns);
  const plan = planRollback(stack(...former), now, names);

  it("has what was there then, and what is not this package's", () => {
    const { resources = [] } = plannedState(plan, now, plan.targets);
    expect(resources.slice(1)).toEqual([machine, ...former]);
  });

  it("has the rest of now where it is limited", () => {
    const { resources = [] } = plannedState(plan, now, [urnOf("VirtualService", "http")]);
    expect(resources.slice(1)).toEqual([machine, lvs("Director", "director1"), dns, former[1]]);
  });
});

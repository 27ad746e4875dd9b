import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryStore } from "../../provider/cli/backend/files";
import { StoredHistory } from "../../provider/cli/backend/storedHistory";
import { changeLines } from "../../provider/cli/clusters/changeText";
import { compare } from "../../provider/cli/clusters/comparison";
import { clusterView } from "../../provider/cli/clusters/model";
import { planRollback } from "../../provider/cli/rollback/plan";
import { lvsKind } from "../../provider/cli/state/checkpoint";
import { withSecrets } from "../../provider/cli/state/secrets";
import { call } from "../support/call";
import { EARLIER } from "./support/earlier";
import { stack } from "./support/states";

const names = { name: "lvs-clusters", stack: "dev" };

describe("a history that pulumi-lvs 0.1.0 wrote", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "pulumi-lvs-earlier-"));
    cpSync(EARLIER, join(root, ".pulumi/history/lvs-clusters/dev"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const state = async () => {
    const [entry, ...more] = await new StoredHistory(names, directoryStore(root)).entries();
    expect(entry).toMatchObject({ number: 1, kind: "update", message: "machine 2" });
    expect(more).toEqual([]);
    if (!entry) throw new Error("the fixture has no entry");
    return entry.deployment();
  };

  it("is told in the words of the clusters", async () => {
    const lines = changeLines(compare(clusterView(stack()), clusterView(await state())));
    expect(lines).toEqual([
      "127.0.0.1:38049 dr vip 192.0.2.80 rip 192.0.2.12: added",
      "127.0.0.1:40009 dr vip 192.0.2.80 rip 192.0.2.11: added",
      "127.0.0.1:41455 director: added",
      "127.0.0.1:41455 tcp 192.0.2.80:80: added; added 192.0.2.11:80 (dr, weight 3); added 192.0.2.12:80 (dr, weight 1)",
      "127.0.0.1:41455 udp 192.0.2.80:53: added; added 192.0.2.11:53 (dr, weight 1)",
      "127.0.0.1:41455 vip 192.0.2.80: added",
    ]);
  });

  it("can be planned back to, each resource with the inputs that its kind takes today", async () => {
    const then = await state();
    const plan = planRollback(then, then, names);
    const [machine] = plan.references;
    expect(machine?.resource.type).toBe("pulumi-nodejs:dynamic:Resource");
    expect(plan).toMatchObject({ lostDependencies: [] });
    expect(plan.declared.map(lvsKind)).toEqual([
      ...[undefined, "RealServerVip", "RealServerVip", "Director", "VirtualService"],
      ...["RealServer", "VirtualService", "VirtualIp"],
    ]);
    for (const resource of plan.declared) {
      const kind = lvsKind(resource);
      if (kind === undefined) continue;
      const inputs = withSecrets(resource.inputs, () => "the private key of a lab");
      const checked = await call(kind, "check", {}, inputs);
      // An argument that the earlier version did not have gets its default.
      expect(checked).toEqual({ inputs: { ...(inputs as object), persist: true }, failures: [] });
    }
  });
});

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../provider/cli/backend/history";
import { unifiedLines } from "../../provider/cli/clusters/changeText";
import { compare } from "../../provider/cli/clusters/comparison";
import { clusterView } from "../../provider/cli/clusters/model";
import { showUpdate, updateText } from "../../provider/cli/clusters/updates";
import type { Deployment } from "../../provider/cli/state/checkpoint";
import { lvs, service, stack } from "./support/states";

const docs = readFileSync(resolve(__dirname, "../../docs/rollback.md"), "utf8");

const dr = (rip: string, port: number, weight: number) => ({
  [`${rip}:${port}`]: { rip, port, forwardingMethod: "dr", weight },
});
const director = { ...lvs("Director", "director1"), id: "director1 director" };
const dns = {
  ...service("dns", dr("192.0.2.11", 53, 1), { scheduler: "wlc" }),
  id: "director1 udp 192.0.2.80:53",
};
const others = { ...dr("192.0.2.12", 80, 1), ...dr("192.0.2.13", 80, 1) };
const first = service("http", { ...dr("192.0.2.11", 80, 1), ...others });
const last = service("http", { ...dr("192.0.2.11", 80, 5), ...dr("192.0.2.12", 80, 1) });

function entry(number: number, start: string, seconds: number, state: Deployment, more: object) {
  const startTime = new Date(`${start}Z`);
  const endTime = new Date(startTime.getTime() + seconds * 1000);
  const update = { kind: "update", result: "succeeded", message: "", environment: {} };
  return { ...update, number, startTime, endTime, deployment: async () => state, ...more };
}

describe("the outputs in docs/rollback.md", () => {
  it("are those of the history", async () => {
    const commit = (head: string) => ({ environment: { "git.head": head, "git.dirty": "false" } });
    const all: HistoryEntry[] = [
      entry(1, "2026-11-17T10:00:00", 9, stack(), {}),
      entry(2, "2026-11-18T10:00:00", 9, stack(), {}),
      entry(3, "2026-11-19T10:00:00", 9, stack(director, first), {}),
      entry(4, "2026-11-20T09:12:44", 7, stack(director, first, dns), commit("81c0e7aa55")),
      entry(5, "2026-11-20T14:31:07", 6, stack(director, last, dns), {
        ...commit("3f9d2c10aa"),
        message: "more weight for web1",
      }),
    ];
    const [five, four] = await Promise.all(
      all
        .slice(3)
        .reverse()
        .map((each) => showUpdate(each, all)),
    );
    for (const shown of [five, four]) expect(docs).toContain(shown && updateText(shown));
  });

  it("are those of the difference", () => {
    const [before, after] = [first, last].map((http) => clusterView(stack(director, http)));
    const lines = unifiedLines(compare(before ?? new Map(), after ?? new Map()));
    expect(docs).toContain(`$ npx pulumi-lvs diff 4\n${lines.join("\n")}\n\`\`\``);
  });
});

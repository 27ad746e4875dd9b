import { describe, expect, it } from "vitest";
import { isColored } from "../../../provider/cli/color";
import { showView } from "../../../provider/cli/show/build";
import { compactNumber } from "../../../provider/cli/show/compactNumber";
import { type Node, treeOf } from "../../../provider/cli/show/nodes";
import { painted } from "../../../provider/cli/show/paint";
import { printable, printableJson } from "../../../provider/cli/show/printable";
import { sparkline } from "../../../provider/cli/show/sparkline";
import { type History, treeLines, withRates } from "../../../provider/cli/show/treeText";
import {
  observedHosts,
  reached,
  trafficFacts,
  unreachable,
  webCluster,
  weights,
} from "../support/observedHosts";
import { service } from "../support/states";

const words = { project: "lvs", stack: "dev" };
const time = new Date("2026-11-27T09:00:01Z");
const roots = treeOf(
  showView(
    words,
    time,
    observedHosts(webCluster({ "192.0.2.11": 3, "192.0.2.12": 9, "192.0.2.13": 0 }), {
      director1: reached(trafficFacts()),
      web1: unreachable("web1 cannot be reached\n  is it up?"),
    }),
  ),
);

describe("the tree of a view", () => {
  it("has a line for each thing, its figures in columns, and its drift below it", () => {
    const lines = treeLines("stack dev of lvs", roots).map(({ text }) => text);
    expect(lines.slice(0, 13)).toEqual([
      "stack dev of lvs                     weight  active  inactive  conn/s  B/s in  pkt/s in",
      "cluster web",
      "├─ director director1",
      "│  └─ vip 192.0.2.80  on eth1",
      "│     └─ tcp 192.0.2.80:80  wrr                   2        67       5    1517        28",
      "│        ├─ 192.0.2.11:80  dr  web1       3       1        50       4    1139        21",
      "│        ├─ 192.0.2.12:80  dr             1       1        17       1     378         7",
      "│        │  └─ ! weight is 1, declared 9",
      "│        └─ 192.0.2.13:80  dr             0       0         0       0       0         0",
      "└─ real server web1  192.0.2.11  unreachable",
      "   ├─ ! web1 cannot be reached",
      "   └─ ! is it up?",
      "managed by others",
    ]);
  });

  it("tells by its tone what is drifted, broken, and somebody else's", () => {
    const toneOf = (part: string) =>
      treeLines("", roots).find(({ text }) => text.includes(part))?.tone;
    expect(toneOf("192.0.2.11:80  dr")).toBe("plain");
    expect(toneOf("192.0.2.12:80  dr")).toBe("drift");
    expect(toneOf("weight is 1, declared 9")).toBe("drift");
    expect(toneOf("unreachable")).toBe("bad");
    expect(toneOf("tcp 192.0.2.99:9999")).toBe("others");
    expect(toneOf("192.0.2.98:9999")).toBe("others");
  });

  it("says who is up, and who is down, since when and why", () => {
    const name = "tcp 192.0.2.80:80 -> 192.0.2.13:80";
    const healthLog = new Map([[name, { isUp: false, at: time, why: "failed after 1 retries." }]]);
    const list = weights({ "192.0.2.11": 3, "192.0.2.12": 1, "192.0.2.13": 7 });
    const checked = [service("http", list, { healthCheck: { type: "tcp" }, schedulerFlags: [] })];
    const looks = { director1: reached(trafficFacts({ healthLog })) };
    const lines = treeLines("", treeOf(showView(words, time, observedHosts(checked, looks))));
    const line = (part: string) => lines.find(({ text }) => text.includes(part));
    expect(line("192.0.2.12:80  dr  up")?.tone).toBe("plain");
    expect(line("192.0.2.13:80  dr  down")?.tone).toBe("bad");
    expect(line("! down since")?.text).toMatch(
      /! down since \d\d:00:01: failed after 1 retries\.$/,
    );
  });

  it("says of a stack without resources of ours that there are none", () => {
    const lines = treeLines("stack dev of lvs", treeOf(showView(words, time, [])));
    expect(lines.map(({ text }) => text).slice(1)).toEqual([
      "the stack has no resources of this package",
    ]);
  });

  it("says since when a host has not answered", () => {
    const view = showView(
      words,
      time,
      observedHosts(webCluster(), { director1: reached(trafficFacts()) }),
    );
    const labels = (staleSeconds?: number) =>
      treeLines("", treeOf({ ...view, time: "2026-11-27T09:01:00.000Z" }, staleSeconds))[2];
    expect(labels(30)?.text).toMatch(/^├─ director director1 {2}no answer since \d\d:\d\d:00$/);
    expect(labels(60)?.text).toBe("├─ director director1");
    expect(labels()?.text).toBe("├─ director director1");
  });

  it("shows replies where there are any", () => {
    const rates = { connections: 1, packetsIn: 2, packetsOut: 3, bytesIn: 4, bytesOut: 50_000 };
    const node: Node = { label: "tcp", tone: "plain", key: "a", figures: { rates }, children: [] };
    const [headings, line] = treeLines("", [node]).map(({ text }) => text);
    expect(headings).toMatch(/B\/s out {2}pkt\/s out$/);
    expect(line).toMatch(/ 50k +3$/);
  });

  it("has sparklines once it has a history, which forgets lines that are gone", () => {
    const node = (connections: number): Node => {
      const rates = { connections, packetsIn: 0, packetsOut: 0, bytesIn: 9, bytesOut: 0 };
      return { label: "tcp", tone: "plain", key: "a", figures: { rates }, children: [] };
    };
    const history = [1, 4, 8].reduce<History>(
      (past, value) => withRates(past, [node(value)]),
      new Map(),
    );
    expect(treeLines("", [node(8)], history)[1]?.text).toMatch(/ 8 {10}▂▅█ +9 {10}███ +0$/);
    expect(withRates(history, []).size).toBe(0);
    const long = Array.from({ length: 100 }, () => 1).reduce<History>(
      (past, value) => withRates(past, [node(value)]),
      new Map(),
    );
    expect(long.get("a")?.connections.length).toBe(60);
  });

  it("lets no control character of a host or a state reach the terminal", () => {
    const evil = "web\u001b[2J\u0007\r\n\u009b31m\u202e\u2066";
    const resources = webCluster().map((resource) =>
      JSON.parse(
        JSON.stringify(resource).replaceAll(
          "lvs:index:Cluster::web",
          `lvs:index:Cluster::${JSON.stringify(evil).slice(1, -1)}`,
        ),
      ),
    );
    const view = showView(
      { project: evil, stack: evil },
      time,
      observedHosts(resources, { director1: unreachable(evil), web1: unreachable(evil) }),
    );
    const text = treeLines(`stack ${view.stack}`, treeOf(view))
      .map((line) => line.text)
      .join("\n");
    expect(text).toContain("cluster web\\u001b[2J\\u0007");
    for (const output of [text, printableJson(view, 2)]) {
      const isUnsafe = (character: string) =>
        character < " " ||
        (character >= "\u007f" && character <= "\u009f") ||
        character === "\u202e";
      expect([...output.replaceAll("\n", "")].filter(isUnsafe)).toEqual([]);
    }
    expect(JSON.parse(printableJson(view, 2))).toEqual(view);
  });
});

describe("printable", () => {
  it("leaves what can be shown as it is", () => {
    expect(printable("web1 [2001:db8::80]:80 Grüße 日本 └─")).toBe(
      "web1 [2001:db8::80]:80 Grüße 日本 └─",
    );
    expect(printable("a\u001bb\ud800c")).toBe("a\\u001bb\\ud800c");
  });
});

describe("compactNumber", () => {
  it.each([
    ...[
      [0, "0"],
      [9999, "9999"],
      [10_000, "10k"],
      [12_345, "12.3k"],
      [456_789, "456k"],
    ],
    ...[
      [999_999, "999k"],
      [1_000_000, "1M"],
      [99_990_000, "99.9M"],
      [1e12, "1T"],
    ],
  ])("shows %d as %s", (value, text) => {
    expect(compactNumber(value as number)).toBe(text);
  });
});

describe("sparkline", () => {
  it("measures by the highest value that is shown, and tells little from nothing", () => {
    expect(sparkline([0, 1, 4, 8], 4)).toBe("▁▂▅█");
    expect(sparkline([0, 1, 100_000], 3)).toBe("▁▂█");
    expect(sparkline([900, 0, 0], 2)).toBe("▁▁");
    expect(sparkline([1], 4)).toBe("   █");
    expect(sparkline([], 3)).toBe("   ");
  });
});

describe("colour", () => {
  const line = { text: "! missing", tone: "drift" as const };
  it("is around the whole line, or nowhere", () => {
    expect(painted(line, true)).toBe("\u001b[33m! missing\u001b[0m");
    expect(painted(line, false)).toBe("! missing");
  });

  it("is there when it is asked for, or where the terminal has it", () => {
    const terminal = { isTTY: true, hasColors: () => true };
    expect(isColored("auto", terminal)).toBe(true);
    expect(isColored("auto", { ...terminal, hasColors: () => false })).toBe(false);
    expect(isColored("auto", {})).toBe(false);
    expect(isColored("always", {})).toBe(true);
    for (const choice of ["never", "raw"] as const) expect(isColored(choice, terminal)).toBe(false);
  });
});

import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import type { Look } from "../../../provider/cli/show/observedHost";
import { Screen } from "../../../provider/cli/show/screen";
import type { Line } from "../../../provider/cli/show/treeText";
import { watchClusters } from "../../../provider/cli/show/watchClusters";
import {
  observedHosts,
  reached,
  trafficFacts,
  unreachable,
  webCluster,
} from "../support/observedHosts";

const hosts = observedHosts(webCluster(), {}).map(({ declared }) => declared);
const answers: Record<string, Look> = {
  director1: reached(trafficFacts()),
  web1: unreachable("off"),
};
const SECONDS = 0.01;

/** A standard output that records its text, and calls back after each write. */
class Output extends EventEmitter {
  text = "";
  columns = 60;
  rows = 10;
  onWrite: (writes: number) => void = () => undefined;
  private writes = 0;

  constructor(readonly isTTY: boolean) {
    super();
  }

  write(text: string): void {
    this.text += text;
    this.onWrite(++this.writes);
  }
}

/** A standard input, with or without a terminal. */
class Input extends EventEmitter {
  isRaw = false;
  isPaused = true;

  constructor(readonly isTTY: boolean) {
    super();
  }

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  resume(): void {
    this.isPaused = false;
  }
  pause(): void {
    this.isPaused = true;
  }
}

/** Watches until the output has a number of writes, and then ends the watch. */
async function watched(isTTY: boolean, end: (all: Ends) => void, isJson = false, writes = 5) {
  const ends = { input: new Input(isTTY), output: new Output(isTTY), signals: new EventEmitter() };
  ends.output.onWrite = (count) => {
    if (count === writes) end(ends);
  };
  await watchClusters({
    ...{
      identity: { project: "lvs", stack: "dev" },
      hosts: () => hosts,
      seconds: SECONDS,
      isColored: false,
    },
    ...{ isJson, look: async ({ host }) => answers[host] as Look },
    ...ends,
  });
  return ends;
}
type Ends = { input: Input; output: Output; signals: EventEmitter };

describe("a watch on a terminal", () => {
  it.each<[string, (all: Ends) => void]>([
    ["q", ({ input }) => input.emit("data", Buffer.from("q"))],
    ["Ctrl-C", ({ input }) => input.emit("data", Buffer.from("\u0003"))],
    ["SIGTERM", ({ signals }) => signals.emit("SIGTERM")],
    ["SIGINT", ({ signals }) => signals.emit("SIGINT")],
    ["SIGHUP", ({ signals }) => signals.emit("SIGHUP")],
    ["a terminal that is gone", ({ input }) => input.emit("end")],
  ])("ends with %s, and the terminal is as before", async (_name, end) => {
    const { input, output, signals } = await watched(true, end);
    expect(output.text.startsWith("\u001b[?1049h\u001b[?25l\u001b[?7l")).toBe(true);
    expect(output.text.endsWith("\u001b[?7h\u001b[?25h\u001b[?1049l")).toBe(true);
    expect([input.isRaw, input.isPaused]).toEqual([false, true]);
    const listeners = [input, output, signals].flatMap((source) => source.eventNames());
    // A late error of the output needs a listener, because an error without a listener ends the process.
    expect(listeners).toEqual(["error"]);
  });

  it("goes on at any other key", async () => {
    const { output } = await watched(true, ({ input, output, signals }) => {
      input.emit("data", Buffer.from("x"));
      output.onWrite = (writes) => void (writes === 10 && signals.emit("SIGINT"));
    });
    expect(output.text.split("\u001b[H").length).toBe(10);
  });

  it("draws in place: no line is longer than the terminal, nor are there more", async () => {
    const { output } = await watched(true, ({ signals }) => signals.emit("SIGINT"));
    const frames = output.text.split("\u001b[H").slice(1);
    expect(frames[0]).toContain("connecting");
    const last = frames.at(-1)?.split("\u001b[J")[0]?.split("\r\n") ?? [];
    expect(last.length).toBe(10);
    expect(last.every((line) => line.endsWith("\u001b[K"))).toBe(true);
    const texts = last.map((line) => line.replaceAll("\u001b[K", ""));
    expect(Math.max(...texts.map((text) => [...text].length))).toBe(60);
    expect(texts.join("\n")).toContain("└─ vip 192.0.2.80  on eth1");
    expect(texts.at(-1)).toMatch(/^\.\.\. \d+ more lines$/);
  });

  it("draws anew when the size of the terminal changes", () => {
    const output = new Output(true);
    const screen = new Screen(output, true);
    const lines: Line[] = [{ text: "a long line", tone: "bad" }];
    screen.open();
    screen.draw(lines);
    output.columns = 6;
    output.emit("resize");
    expect(output.text).toContain("\u001b[H\u001b[31ma long line\u001b[0m\u001b[K\u001b[J");
    expect(output.text).toContain("\u001b[H\u001b[31ma long\u001b[0m\u001b[K\u001b[J");
    screen.close();
    expect(output.eventNames()).toEqual([]);
  });
});

describe("a watch without a terminal", () => {
  it("prints one tree after another, with sparklines and no escape sequence", async () => {
    const { output, input } = await watched(false, ({ signals }) => signals.emit("SIGTERM"));
    expect(output.text).not.toContain("\u001b");
    expect(output.text.match(/^stack dev of lvs/gm)?.length).toBe(5);
    expect(output.text).toMatch(/ 5 {8}█████ +1517 {8}█████ /);
    expect(input.isPaused).toBe(true);
  });

  it("prints a line of JSON for each look", async () => {
    const { output } = await watched(false, ({ signals }) => signals.emit("SIGTERM"), true);
    const views = output.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(views.length).toBe(5);
    expect(views[4].clusters[0].directors[0].vips[0].address).toBe("192.0.2.80");
  });

  it("ends when nobody reads any more", async () => {
    const end = ({ output }: Ends) => output.emit("error", new Error("write EPIPE"));
    const { output } = await watched(false, end, false, 2);
    expect(output.text.match(/^stack dev of lvs/gm)?.length).toBe(2);
  });
});

import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { LabProcess } from "./process";
import { waitUntil } from "./run";

interface Reply {
  return?: unknown;
  error?: { desc: string };
}

/** The control socket of a QEMU (QMP), with one command at a time. */
export class Monitor {
  private waiting: ((reply: Reply) => void)[] = [];

  private constructor(private readonly socket: Socket) {}

  /** Waits until a started QEMU listens and greets. */
  static async open(path: string, process: LabProcess): Promise<Monitor> {
    let monitor: Monitor | undefined;
    await waitUntil(
      `QEMU listens on ${path}`,
      async () => {
        if (!process.isAlive()) throw new Error(`QEMU has ended: ${process.output()}`);
        monitor = await Monitor.greeted(path);
        return monitor !== undefined;
      },
      30_000,
    );
    await monitor?.execute("qmp_capabilities");
    return monitor as Monitor;
  }

  private static greeted(path: string): Promise<Monitor | undefined> {
    const socket = connect(path);
    const monitor = new Monitor(socket);
    return new Promise((resolve) => {
      socket.on("error", () => resolve(undefined)); // not yet there; later: seen by QEMU's end
      socket.on("close", () => monitor.fail());
      const lines = createInterface({ input: socket }).on("error", () => {});
      lines.on("line", (line) => {
        const message = JSON.parse(line) as Reply & { QMP?: unknown };
        if (message.QMP) resolve(monitor);
        else if ("return" in message || "error" in message) monitor.waiting.shift()?.(message);
      });
    });
  }

  async execute(command: string, args?: object): Promise<unknown> {
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
    if (reply.error) throw new Error(`QEMU: ${command}: ${reply.error.desc}`);
    return reply.return;
  }

  /** Runs a command of the human monitor (savevm, loadvm, set_link, info ...), and returns its output. */
  async human(line: string): Promise<string> {
    const text = await this.execute("human-monitor-command", { "command-line": line });
    return String(text).trim();
  }

  /** Runs a command that prints only errors. */
  async silent(line: string): Promise<void> {
    const text = await this.human(line);
    if (text !== "") throw new Error(`QEMU: ${line}: ${text}`);
  }

  close(): void {
    this.socket.destroy();
  }

  private fail(): void {
    for (const waiting of this.waiting.splice(0)) waiting({ error: { desc: "QEMU has ended" } });
  }
}

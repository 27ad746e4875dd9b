import { createInterface } from "node:readline";
import type { ClientChannel } from "ssh2";

/** A program on a host that we talk with, line by line. */
export interface Talk {
  send(line: string): void;
  /** The next line that it says; empty when it says no more. */
  line(): Promise<string>;
  /** Ends its input, waits for its end, and returns what it wrote to standard error. */
  end(): Promise<string>;
}

export function talk(channel: ClientChannel): Talk {
  const lines = createInterface({ input: channel })[Symbol.asyncIterator]();
  let stderr = "";
  channel.stderr.on("data", (data: Buffer) => {
    stderr += data;
  });
  const ended = new Promise<void>((resolve) => channel.once("close", () => resolve()));
  return {
    send: (line) => void channel.write(`${line}\n`),
    line: async () => (await lines.next()).value ?? "",
    async end() {
      channel.end();
      await ended;
      return stderr;
    },
  };
}

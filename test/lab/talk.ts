import { createInterface } from "node:readline";
import type { ClientChannel } from "ssh2";

/** A program on a host, with which a test exchanges lines. */
export interface Talk {
  send(line: string): void;
  /** The next line of output; empty at the end of the output. */
  line(): Promise<string>;
  /** Closes the input, waits for the end of the program, and returns its standard error. */
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

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ANSWER_LIMIT } from "../../provider/host/shell/answerLimit";
import { ROOT } from "./support/package";

const PROGRAM = join(ROOT, "test/process/support/endlessAnswer.ts");
const MIB = 2 ** 20;

/** The limit itself, and twice as much that the garbage collector has not come to yet. */
const MOST_MIB = (3 * ANSWER_LIMIT) / MIB;

describe("a host that answers for ever", () => {
  it.each([
    ["lines", "yes"],
    ["one line", "tr '\\0' x </dev/zero"],
    ["errors", "yes >&2"],
  ])("costs bounded memory: %s", async (_, text) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", PROGRAM, text],
      {
        cwd: ROOT,
      },
    );
    const { message, grown } = JSON.parse(stdout) as { message: string; grown: number };
    expect(message).toContain("the answer is larger than 64 MiB");
    expect(grown).toBeLessThan(MOST_MIB);
    expect(grown).toBeGreaterThan(0);
  });
});

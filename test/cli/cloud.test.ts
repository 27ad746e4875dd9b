import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CloudHistory } from "../../provider/cli/backend/cloud";
import { lvs, stack } from "./support/states";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-cloud-"));
  vi.stubEnv("PATH", `${directory}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

/** Replaces Pulumi's command line by a script that records its calls, and prints the answer for the arguments. */
function pulumiPrints(answers: Readonly<Record<string, unknown>>): void {
  const cases = Object.entries(answers).map(([words, answer], index) => {
    writeFileSync(join(directory, `answer${index}`), JSON.stringify(answer));
    return `*"${words}"*) cat ${directory}/answer${index};;`;
  });
  const script = `#!/bin/sh\necho "$*" >> ${directory}/calls\ncase "$*" in\n${cases.join("\n")}\n*) echo "no such thing" >&2; exit 1;;\nesac\n`;
  writeFileSync(join(directory, "pulumi"), script);
  chmodSync(join(directory, "pulumi"), 0o755);
}

const update = (version: number) => ({
  ...{ version, kind: "update", result: "succeeded", message: `m${version}` },
  ...{ startTime: "2026-11-20T10:00:00.000Z", endTime: "2026-11-20T10:00:07.000Z" },
});
const history = () =>
  new CloudHistory({
    ...{ name: "web", stack: "dev", stackName: "acme/web/dev", backend: "https://pulumi.test" },
    ...{ directory, main: directory, settings: {} },
  });

describe("the history in Pulumi Cloud", () => {
  it("is asked for page by page, and has the numbers of the service", async () => {
    const full = Array.from({ length: 100 }, (_, index) => update(102 - index));
    pulumiPrints({ "--page 1 ": full, "--page 2 ": [update(2)] });
    const entries = await history().entries();
    expect(entries.map(({ number }) => number)).toEqual([
      2,
      ...full.map((each) => each.version).reverse(),
    ]);
    expect(entries[0]).toMatchObject({
      ...{ kind: "update", result: "succeeded", message: "m2", environment: {} },
      startTime: new Date("2026-11-20T10:00:00Z"),
      endTime: new Date("2026-11-20T10:00:07Z"),
    });
    expect(readFileSync(join(directory, "calls"), "utf8").split("\n")[0]).toBe(
      "stack history --stack acme/web/dev --json --page-size 100 --page 1 --non-interactive",
    );
  });

  it("exports the state of an update", async () => {
    const deployment = stack(lvs("Director", "director1"));
    pulumiPrints({
      history: [update(7)],
      "export --stack acme/web/dev --version 7 ": { version: 3, deployment },
    });
    const [entry] = await history().entries();
    expect(await entry?.deployment()).toEqual(deployment);
  });

  it("has the service decrypt the secrets for a rollback, whose keys are nowhere else", async () => {
    const deployment = stack(lvs("Director", "director1"));
    const answer = { version: 3, deployment };
    pulumiPrints({ history: [update(7)], "--version 7 --show-secrets ": answer });
    const [entry] = await history().entries();
    expect(await entry?.deployment(true)).toEqual(deployment);
    await expect(entry?.deployment()).rejects.toThrow("no such thing");
  });

  it("says what Pulumi says", async () => {
    pulumiPrints({});
    await expect(history().entries()).rejects.toThrow("pulumi stack history: no such thing");
  });
});

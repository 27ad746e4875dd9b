import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { earlierStateOf } from "../../cli/support/earlier";
import { type Counts, connections } from "../traffic";
import { Baselines } from "./support/baselines";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";
import { lvs, lvsOnTerminal } from "./support/command";

const HOSTS = ["director1", "web1", "web2"];
const MARKER = "MARKER-of-the-password-of-a-machine";

/** What the program describes at each update, and how clients are spread over the real servers then. */
interface Update {
  readonly machine: string;
  readonly cluster: ClusterDescription;
  readonly services: Readonly<Record<string, unknown>>;
  readonly realServers?: Readonly<Record<string, unknown>>;
  readonly answers: Counts;
  readonly fails?: boolean;
}

const cluster = (
  weights: Readonly<Record<string, number>>,
  vips: string[],
): ClusterDescription => ({
  ...{ vips, forwardingMethod: "dr", directors: [{ connection: "director1" }] },
  services: [{ port: 80, scheduler: "wrr" }],
  realServers: Object.entries(weights).map(([name, weight]) => realServer(name, { weight })),
});
const dns = { protocol: "udp", vip: "192.0.2.80", port: 53, scheduler: "rr" };
const far = {
  ...{ protocol: "tcp", vip: "192.0.2.80", port: 9000, scheduler: "rr" },
  realServers: [{ rip: "203.0.113.9", forwardingMethod: "dr" }],
};

const updates: readonly Update[] = [
  {
    ...{ machine: "1", cluster: cluster({ web1: 1, web2: 1 }, ["192.0.2.80"]), services: { dns } },
    answers: { web1: 2, web2: 2 },
  },
  {
    ...{ machine: "2", cluster: cluster({ web1: 3, web2: 1 }, ["192.0.2.80"]), services: { dns } },
    realServers: { one: { virtualService: "dns", rip: "192.0.2.11", forwardingMethod: "dr" } },
    answers: { web1: 3, web2: 1 },
  },
  {
    ...{ machine: "3", cluster: cluster({ web1: 1 }, ["192.0.2.80"]), services: { dns, far } },
    ...{ answers: { web1: 4 }, fails: true },
  },
  {
    ...{ machine: "4", cluster: cluster({ web1: 1, web2: 3 }, ["192.0.2.80"]), services: { dns } },
    answers: { web1: 1, web2: 3 },
  },
];

describe("a stack whose clusters are rolled back", () => {
  let story: Clusters;
  const moments: Baselines[] = [];

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: HOSTS });
    await story.stack.config({}, { machinePassword: MARKER });
    for (const { machine, cluster, services, realServers = {}, fails } of updates) {
      await story.stack.config({ machine, cluster, services, realServers });
      const { exitCode, stdout } = await story.stack.up("--message", `machine ${machine}`);
      expect(exitCode === 0, stdout).toBe(fails !== true);
      moments.push(await Baselines.take(story.lab, HOSTS));
    }
  });
  afterAll(async () => story?.end());

  /** What a host has that it had not at an update. The journal is a log: it goes on, and says the same. */
  const differencesFrom = async (number: number) => {
    const differences = (await moments[number - 1]?.differences()) ?? ["no such update"];
    return differences.filter((line) => !line.includes(" /var/lib/pulumi-lvs/journal.jsonl:"));
  };
  const run = async (exitCode: number, ...args: string[]) => {
    const ended = await lvs(story.stack, args, "below");
    expect(ended.exitCode, `${ended.stdout}\n${ended.stderr}`).toBe(exitCode);
    expect(ended.stdout + ended.stderr).not.toContain(MARKER);
    return ended.stdout;
  };
  const stateOf = (type: string) =>
    JSON.parse(story.stack.checkpoint()).checkpoint.latest.resources.find(
      (resource: { type: string }) => resource.type === type,
    );

  it("shows in its history what each update changed in the clusters", async () => {
    mkdirSync(join(story.stack.program, "below"));
    const updates = JSON.parse(await run(0, "history", "--json"));
    expect(updates.map(({ number }: { number: number }) => number)).toEqual([4, 3, 2, 1]);
    const [, failed, second] = updates;
    expect(failed.result).toBe("failed");
    expect(second).toMatchObject({ kind: "update", result: "succeeded", message: "machine 2" });
    const director = second.changes[0].split(" ")[0];
    expect(second.changes).toEqual([
      `${director} tcp 192.0.2.80:80: weight of 192.0.2.11:80 1 -> 3`,
      `${director} udp 192.0.2.80:53: added 192.0.2.11:53 (dr, weight 1)`,
    ]);
    expect(await run(0, "history", "--limit", "3", "--page", "2")).toMatch(
      /^1 {2}.*update succeeded/,
    );
  });

  it("shows the clusters of two updates side by side", async () => {
    const shown = await run(1, "diff", "1", "2");
    expect(shown).toContain(
      "-     192.0.2.11:80  dr, weight 1\n+     192.0.2.11:80  dr, weight 3\n",
    );
    expect(shown).toContain("      192.0.2.12:80  dr, weight 1\n");
    expect(await run(0, "diff", "4")).toBe("");
    expect(await run(1, "diff", "1", "2", "--color", "always")).toContain(
      "\u001b[31m-     192.0.2.11:80  dr, weight 1\u001b[0m\n",
    );
  });

  it("shows what a rollback would change, also in a backend that is named by a path from the program", async () => {
    const { program, name, env } = story.stack;
    const elsewhere = { program, name, env: { ...env, PULUMI_BACKEND_URL: "file://../backend" } };
    const preview = await lvs(elsewhere, ["rollback", "1", "--preview"], "below");
    expect(preview.stdout, preview.stderr).toMatch(/weight *: 3 => 1/);
    expect(preview.exitCode).toBe(0);
    const result = JSON.parse(await run(0, "rollback", "1", "--preview", "--json"));
    expect(result).toMatchObject({ stack: "dev", to: "update 1", isDone: false });
    expect(result.changes).toEqual([
      expect.stringMatching(/ tcp 192\.0\.2\.80:80: weight of 192\.0\.2\.12:80 3 -> 1$/),
    ]);
    expect(result.operations.update).toBeGreaterThan(0);
  });

  it("asks before it changes anything", async () => {
    const { stdout } = await lvsOnTerminal(story.stack, ["rollback", "1"], "no\n");
    expect(stdout).toContain("Go back to update 1? (yes/no)");
    expect(stdout).toContain("Nothing was changed.");
    expect(await differencesFrom(4)).toEqual([]);
    expect(stateOf("pulumi-nodejs:dynamic:Resource").inputs.size).toBe("4");
  });

  // The last update that succeeded before the latest one is 2, since 3 has failed. The others start from a rollback.
  it.each([
    [2, "--last-good"],
    [3, "3"],
    [4, "4"],
  ])(
    "is as it was at update %i, and resources of other packages are unchanged",
    async (number, where) => {
      const said = await run(0, "rollback", where, "--yes", "--message", `back to ${number}`);
      expect(said).toContain("The next ordinary pulumi up applies the program again");
      expect(await differencesFrom(number)).toEqual([]);
      const { answers } = updates[number - 1] as Update;
      expect(await connections(story.lab, "192.0.2.80", 80, 4)).toEqual(answers);
      const machine = stateOf("pulumi-nodejs:dynamic:Resource");
      expect(machine.inputs.size).toBe("4");
      expect(stateOf("pulumi-nodejs:dynamic/lvs:Director").dependencies).toContain(machine.urn);
      expect(await run(0, "diff", String(number))).toBe("");
      expect(await run(0, "history", "--limit", "1")).toContain(`back to ${number}`);
    },
  );

  it("can be rolled back for one virtual service only", async () => {
    await run(0, "rollback", "2", "--yes", "--target", "udp 192.0.2.80:53");
    expect(await run(1, "diff", "4")).toContain("+     192.0.2.11:53  dr, weight 1");
    expect(await run(1, "diff", "2")).toContain("+     192.0.2.12:80  dr, weight 3");
  });

  it("can be rolled back to a state that pulumi-lvs 0.1.0 wrote", async () => {
    const file = join(story.stack.directory, "earlier.json");
    writeFileSync(
      file,
      earlierStateOf((host) => story.lab.connection(host)),
    );
    await run(0, "rollback", "--from", file, "--yes");
    expect(await differencesFrom(2)).toEqual([]);
  });

  it("is as the program declares after the next ordinary update, and can be destroyed", async () => {
    await succeeded(story.stack.up());
    expect(await differencesFrom(4)).toEqual([]);
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await succeeded(story.stack.destroy());
    expect(await story.differences()).toEqual([]);
    expect(story.stack.checkpoint()).not.toContain(MARKER);
  });

  it("refuses wrong arguments, and changes nothing", async () => {
    const failed = async (...args: string[]) => (await lvs(story.stack, args)).stderr;
    expect(await failed("rollback", "99", "--yes")).toMatch(
      /^pulumi-lvs: there is no update 99: the history has/,
    );
    expect(await failed("rollback", "1")).toContain("nobody can be asked here: give --yes");
    expect(await failed("rollback", "--yes")).toContain("say where to go back to");
    expect(await failed("rollback", "1", "--json")).toContain("nobody can be asked here");
    expect(await failed("rolback", "1")).toContain("Did you mean rollback?");
    expect(await failed("rollback", "1", "--preveiw")).toContain("Did you mean --preview?");
    expect(await story.differences()).toEqual([]);
  });

  it("says once why Pulumi failed, for a state whose host is gone", async () => {
    const urn = "urn:pulumi:dev::lvs-clusters::pulumi-nodejs:dynamic/lvs:Director::gone";
    const connection = { host: "127.0.0.1", port: 1, dialErrorLimit: 1 };
    const director = {
      ...{ urn, custom: true, id: "127.0.0.1:1 director", inputs: { connection, owner: urn } },
      type: "pulumi-nodejs:dynamic/lvs:Director",
    };
    const file = join(story.stack.directory, "gone.json");
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources: [director] } }));
    const run = await lvs(story.stack, ["rollback", "--from", file, "--yes"]);
    expect(run.exitCode, run.stdout).toBe(2);
    expect(run.stdout).toContain("no server listens on that port");
    expect(run.stderr).toBe("pulumi-lvs: the update failed: Pulumi says why above\n");
  });
});

import { observeHost } from "../lab/baseline";
import type { Lab } from "../lab/lab";
import { ensurePulumi } from "../toolchain/pulumi";
import {
  aliveWeights,
  killDirector,
  killRealServer,
  reviveDirector,
  reviveRealServer,
} from "./deaths";
import { type Baselines, counted, expectCount, expectSame } from "./judge";
import { explainLab, startDemoLab, stopDemoLab } from "./lab";
import { DemoProgram } from "./program";
import { fail, say } from "./say";
import { showSilence, showTraffic } from "./traffic";

const VIP = "192.0.2.80";
const REAL_SERVERS = ["web1", "web2", "web3"];
const DIRECTORS = ["director1", "director2"];
const MANAGED = [...DIRECTORS, ...REAL_SERVERS];
const WEIGHTS = { web1: 1, web2: 1, web3: 2 };
const WITHOUT_WEB3 = { web1: 1, web2: 1 };

/** Shows a cluster on real kernels, from up to destroy. Fails when a check fails. */
async function main(isKept: boolean): Promise<void> {
  await ensurePulumi(); // Pulumi may have to be built, which is done before the hosts start.
  say(
    `the lab: ${["client", ...MANAGED].join(", ")}, each a whole Debian host with its own kernel`,
  );
  const lab = await startDemoLab(["client", ...MANAGED], isKept);
  let isUp = false;
  try {
    const program = await DemoProgram.create(lab, isKept);
    try {
      await tell(lab, program, isKept);
      isUp = isKept;
    } finally {
      if (!isUp) program.forgetConfig();
    }
    if (isUp) explainLab(lab, program.env);
  } finally {
    if (!isUp) await stopDemoLab(lab);
  }
}

async function tell(lab: Lab, program: DemoProgram, isKept: boolean): Promise<void> {
  await program.configure(lab, MANAGED, WEIGHTS);
  const before = await observe(lab);

  say("what would be done, before any host is touched");
  const created = counted(await program.show("preview", "--diff"), /\+ (\d+) to create/);
  if (created < 7) fail(`the preview shows ${created} resources to create, and not the cluster`);
  expectSame(before, await observe(lab), "after a preview");

  say("doing it");
  expectCount(await program.show("up", "--yes", "--skip-preview"), /\+ (\d+) created/, created);
  await aliveWeights(lab, DIRECTORS, WEIGHTS);
  console.log(`\ndirector1# ipvsadm -Ln\n${await lab.host("director1").mustRun("ipvsadm -Ln")}`);
  await showTraffic(lab, VIP, REAL_SERVERS, WEIGHTS);

  say("the same again: nothing changes");
  const again = await program.show("up", "--yes", "--skip-preview", "--expect-no-changes");
  expectCount(again, /(\d+) unchanged/, created);
  if (isKept) return;

  await killRealServer(lab, "web2", DIRECTORS, WEIGHTS);
  await showTraffic(lab, VIP, REAL_SERVERS, { web1: 1, web3: 2 });
  await reviveRealServer(lab, "web2", DIRECTORS, WEIGHTS);
  await showTraffic(lab, VIP, REAL_SERVERS, WEIGHTS);
  await killDirector(lab, VIP, DIRECTORS);
  await showTraffic(lab, VIP, REAL_SERVERS, WEIGHTS);
  await reviveDirector(lab, DIRECTORS, WEIGHTS);

  say("web3 leaves the cluster: its weight goes from the program's configuration");
  await program.setWeights(WITHOUT_WEB3);
  const less = await program.show("up", "--yes", "--diff");
  expectCount(less, /(\d+) updated/, 4);
  expectCount(less, /(\d+) deleted/, 1);
  await showTraffic(lab, VIP, REAL_SERVERS, WITHOUT_WEB3);

  say("destroying the cluster");
  const gone = await program.show("destroy", "--yes", "--skip-preview");
  expectCount(gone, /- (\d+) deleted/, created - 1);
  await showSilence(lab, VIP, REAL_SERVERS);
  expectSame(before, await observe(lab), "after destroy", DIRECTORS.slice(0, 1));
  say("done: everything was as it should be, and the hosts are as they were before");
}

async function observe(lab: Lab): Promise<Baselines> {
  const all = MANAGED.map(async (name) => [name, await observeHost(lab.host(name))]);
  return Object.fromEntries(await Promise.all(all)) as Baselines;
}

main(process.argv.includes("--keep")).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(`\nthe demo failed: ${error.message}`);
    process.exit(1);
  },
);

import { type Lab, startLab } from "../lab/lab";
import { say } from "../toolchain/progress";
import { describeAims } from "./aims";
import { type DirectorsOptions, describeDirectors, measureDirectors } from "./directors";
import { measureEngine } from "./engine";
import { describeEngine } from "./engineTable";
import { DIVIDED } from "./namespaces";
import { type BenchOptions, optionsOf } from "./options";
import { commandPlugin } from "./plugin";
import { MOST_COMMANDS, measureSize, type SizeResult } from "./size";
import { describeFirstAndLast, describeSize, LEGEND } from "./sizeTable";
import { describeTogether, measureTogether } from "./together";
import { Way } from "./way";

/** Measures pulumi-lvs and Pulumi itself, and compares the figures with our aims. A missed aim is no failure. */
async function main(words: readonly string[]): Promise<void> {
  const options = optionsOf(words);
  say("the engine's own work, without a host");
  console.log(`${describeEngine(measureEngine())}\n`);
  if (options.isEngineOnly) return;
  if (options.sizes.length > 0 || options.together !== undefined) await measureDirector(options);
  if (options.directors !== undefined)
    await measureManyDirectors({ ...options, directors: options.directors });
}

async function measureDirector(options: BenchOptions): Promise<void> {
  say("the lab: director1");
  const lab = await startLab({ topology: "dr", hosts: ["director1"] });
  try {
    // The modules are loaded before, because only the first way would wait for them.
    await lab.host("director1").mustRun("modprobe -a ip_vs ip_vs_wlc");
    const results = await measureInLab(lab, options);
    if (options.together !== undefined) await measureManyTogether(lab, options.together);
    if (results.length > 0) console.log(`aims\n${describeAims(results)}`);
  } finally {
    await lab.stop();
  }
}

async function measureManyDirectors(options: DirectorsOptions): Promise<void> {
  say(`the lab: ${DIVIDED.join(", ")}`);
  const lab = await startLab({ topology: "dr", hosts: DIVIDED });
  try {
    console.log(`${describeDirectors(await measureDirectors(lab, options))}\n`);
  } finally {
    await lab.stop();
  }
}

async function measureInLab(lab: Lab, { sizes, ...options }: BenchOptions): Promise<SizeResult[]> {
  if (sizes.length === 0) return [];
  const plugin = commandPlugin();
  const ways: Way[] = [];
  const directors = [lab.connection("director1")];
  const neighbour = await Way.create("neighbour", directors);
  try {
    // The first and the last resource of a host have systemd read its units, which is no figure of a size.
    const first = await neighbour.only("up");
    ways.push(await Way.create("ours", directors), await Way.create("floor", directors));
    if (options.comparesPersist) ways.push(await Way.create("notKept", directors));
    if (plugin) ways.push(await Way.create("commands", directors, plugin));
    await warmUp(ways);
    console.log(`${LEGEND}\n`);
    const results: SizeResult[] = [];
    for (const services of sizes) {
      const chosen = ways.filter(({ name }) => name !== "commands" || services <= MOST_COMMANDS);
      const result = await measureSize(lab, chosen, { services, ...options });
      console.log(`${describeSize(result, plugin !== undefined)}\n`);
      results.push(result);
    }
    console.log(`${describeFirstAndLast(first, await neighbour.only("destroy"))}\n`);
    return results;
  } finally {
    neighbour.remove();
    for (const way of ways) way.remove();
  }
}

async function measureManyTogether(lab: Lab, services: number): Promise<void> {
  const way = await Way.create("together", [lab.connection("director1")]);
  try {
    await warmUp([way]);
    console.log(`${describeTogether(await measureTogether(lab, way, services))}\n`);
  } finally {
    way.remove();
  }
}

/** Runs each way once, so that no measured run reads Pulumi and its packages from the disk. */
async function warmUp(ways: readonly Way[]): Promise<void> {
  for (const way of ways) {
    await way.declare(1);
    await way.measure(["preview"]);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(`\nthe bench failed: ${error.message}`);
    process.exit(1);
  },
);

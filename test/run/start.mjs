// The entry of `npm test`, `npm run demo` and `npm run bench`: plain Node, since on a fresh machine nothing is
// installed yet. It installs what is missing, builds if something has changed, and goes on in TypeScript.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAMS = {
  test: "test/run/test.ts",
  demo: "test/demo/demo.ts",
  bench: "test/bench/bench.ts",
};
const EVERY_MS = 10_000;
const LOOK_MS = 500;

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const [what, ...words] = process.argv.slice(2);

// npm does not pass on what ends it: without it, we have nobody to work for.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGTERM"), LOOK_MS).unref();

if (!isInstalled())
  await run("installing the npm packages", "npm", "ci", "--no-audit", "--no-fund");
if (!isBuilt()) await run("building", "npm", "run", "--silent", "build");
await run("", process.execPath, "--import", "tsx", PROGRAMS[what], ...words);

/** Whether node_modules has what the lock file says. Packages of other platforms are not there. */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf("node_modules/.package-lock.json");
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith("node_modules/") ||
      link ||
      (optional && !present[path]) ||
      present[path]?.version === version,
  );
}

/** Whether the build is newer than all that it is made of. A directory has the time when a file was removed from it. */
function isBuilt() {
  const timeOf = (path) => statSync(join(root, path)).mtimeMs;
  const sources = ["provider", "sdk"].flatMap((room) => [
    room,
    ...readdirSync(join(root, room), { recursive: true }).map((path) => join(room, path)),
  ]);
  try {
    const built = timeOf("dist/sdk/index.js");
    return [...sources, "tsconfig.json", "package.json"].every((path) => timeOf(path) < built);
  } catch {
    return false; // nothing was built yet
  }
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined; // npm has not been here
  }
}

/** Runs a program to its end; when it fails, so do we. What ends us ends it. */
async function run(doing, program, ...args) {
  const start = Date.now();
  const say = () => console.error(`${doing} (${Math.round((Date.now() - start) / 1000)} s)`);
  const timer = doing ? setInterval(say, EVERY_MS) : undefined;
  if (doing) console.error(doing);
  const child = spawn(program, args, { cwd: root, stdio: "inherit" });
  const pass = (signal) => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, pass);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...how) => resolve(how));
  });
  clearInterval(timer);
  for (const name of signals) process.off(name, pass);
  if (signal) process.kill(process.pid, signal);
  if (code === 0) return;
  if (doing && what === "test") console.log(`${doing} failed\n0 passed, 1 failed, 0 skipped`);
  process.exit(code ?? 1);
}

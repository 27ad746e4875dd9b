import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../lab/lab";
import { command } from "../toolchain/command";
import { expectRules, removalOf, rulesOf } from "./rules";

/** How long it takes to write the very same rules with one `ssh director1 ipvsadm -R`; takes them away again. */
export async function measureIpvsadm(lab: Lab, services: number): Promise<number> {
  const director = lab.host("director1");
  const rules = rulesOf(services);
  const ssh = sshTo(lab, "director1");
  const begun = performance.now();
  await command([...ssh, "ipvsadm", "-R"], { input: text(rules), doing: "ssh ipvsadm -R" });
  const ms = performance.now() - begun;
  await expectRules(director, rules, "ipvsadm -R");
  await director.mustRun("ipvsadm -R", { input: text(removalOf(services)) });
  await expectRules(director, [], "ipvsadm -D");
  return ms;
}

/** The words of an ssh that logs in on a host of the lab as root. */
function sshTo(lab: Lab, name: string): string[] {
  const { host, port, user, privateKey, hostKey } = lab.connection(name);
  const [key, knownHosts] = [join(lab.directory, "bench.key"), join(lab.directory, "known_hosts")];
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`);
  const options = ["-F", "none", "-i", key, "-p", String(port), "-o", "BatchMode=yes"];
  return ["ssh", ...options, "-o", `UserKnownHostsFile=${knownHosts}`, `${user}@${host}`];
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

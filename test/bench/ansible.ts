import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Lab } from "../lab/lab";
import { command } from "../toolchain/command";
import { say } from "../toolchain/progress";
import { expectRules, removalOf, rulesOf } from "./rules";

/** The times of a playbook that runs one ipvsadm for each rule, in milliseconds. */
export interface AnsibleTimes {
  readonly write: number;
  readonly remove: number;
}

/** The path of ansible-playbook; undefined if Ansible is not installed. */
export function ansiblePlaybook(): string | undefined {
  const directories = (process.env.PATH ?? "").split(delimiter);
  return directories.map((path) => join(path, "ansible-playbook")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Measures Ansible on a director without rules, and leaves none. */
export async function measureAnsible(
  lab: Lab,
  playbook: string,
  services: number,
): Promise<AnsibleTimes> {
  const director = lab.host("director1");
  const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-ansible-"));
  try {
    writeInventory(lab, directory);
    const timed = async (what: string, lines: readonly string[]) => {
      const file = join(directory, `${what}.yml`);
      writeFileSync(file, playbookOf(lines));
      say(`${services} services, ansible: ${what}`);
      const begun = performance.now();
      const words = [playbook, "-i", join(directory, "hosts.yml"), file];
      const env = { ...process.env, HOME: directory };
      await command(words, { doing: `ansible: ${what}`, env });
      return performance.now() - begun;
    };
    const rules = rulesOf(services);
    const write = await timed("write", rules);
    await expectRules(director, rules, "ansible");
    const remove = await timed("remove", removalOf(services));
    await expectRules(director, [], "ansible");
    return { write, remove };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeInventory(lab: Lab, directory: string): void {
  const { host, port, user, privateKey, hostKey } = lab.connection("director1");
  const [key, knownHosts] = [join(directory, "key"), join(directory, "known_hosts")];
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`);
  const variables = {
    ...{ ansible_host: host, ansible_port: port, ansible_user: user },
    ansible_ssh_private_key_file: key,
    ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${knownHosts}`,
  };
  const inventory = { all: { hosts: { director1: variables } } };
  // YAML includes JSON.
  writeFileSync(join(directory, "hosts.yml"), JSON.stringify(inventory));
}

/** The hosts of the lab have no Python, so each task is a raw command. */
function playbookOf(lines: readonly string[]): string {
  const raw = { "ansible.builtin.raw": "ipvsadm {{ item }}", loop: lines, changed_when: true };
  const tasks = [{ name: "change the IPVS table", ...raw }];
  return JSON.stringify([{ hosts: "all", gather_facts: false, tasks }]);
}

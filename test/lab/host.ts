import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../toolchain/command";
import type { Image } from "./image";
import { type LabProcess, startProcess } from "./process";
import { type HostRun, hostArguments, SNAPSHOT } from "./qemu";
import { Monitor } from "./qmp";
import { waitUntil } from "./run";
import { type Connection, type Result, type RunOptions, Shell } from "./ssh";
import { hasBanner } from "./sshBanner";
import type { HostPlan } from "./topology";

const BOOT_MS = 240_000;

/** A machine of the lab: a QEMU, its control socket, and a root shell on the machine. */
export class LabHost {
  readonly name: string;
  readonly plan: HostPlan;
  /** `{eth1: ["192.0.2.2/24", ...]}` */
  readonly ips: Readonly<Record<string, readonly string[]>>;
  private process: LabProcess | undefined;
  private monitor: Monitor | undefined;
  private shell: Shell | undefined;

  constructor(
    private readonly settings: HostRun,
    private readonly login: Omit<Connection, "port">,
    private readonly detached: boolean,
  ) {
    this.plan = settings.host;
    this.name = this.plan.name;
    this.ips = Object.fromEntries(
      this.plan.nics.map(({ addresses }, nic) => [`eth${nic + 1}`, addresses]),
    );
  }

  get sshPort(): number {
    return this.settings.sshPort;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Runs a shell line as root. */
  async run(line: string, options?: RunOptions): Promise<Result> {
    return this.openShell().run(line, options);
  }

  /** Runs a shell line that must succeed, and returns its standard output. */
  async mustRun(line: string, options?: RunOptions): Promise<string> {
    const { stdout, stderr, exitCode } = await this.run(line, options);
    if (exitCode !== 0) {
      throw new Error(
        `${this.name}: ${line.slice(0, 300)}: exit code ${exitCode}\n${stderr}${stdout}`,
      );
    }
    return stdout;
  }

  /** Starts a command, and returns its channel to the caller. */
  async openChannel(line: string) {
    return this.openShell().open(line);
  }

  /** Cuts the power. */
  async kill(): Promise<void> {
    this.disconnect();
    this.monitor?.close();
    this.monitor = undefined;
    await this.process?.kill();
    this.process = undefined;
  }

  /** Switches the power on, and waits until the host answers. */
  async start(): Promise<void> {
    await this.powerOn(false);
    await this.waitForSsh();
  }

  /** Reboots by systemctl, and waits until the host answers again. */
  async reboot(): Promise<void> {
    const bootId = "cat /proc/sys/kernel/random/boot_id";
    const before = await this.mustRun(bootId);
    await this.run("systemctl reboot").catch(() => {}); // The connection may end before the answer.
    await waitUntil(
      `${this.name} reboots`,
      async () => {
        this.disconnect();
        if (!(await hasBanner(this.sshPort))) return false;
        const { stdout } = await this.run(bootId, { timeoutMs: 20_000 }).catch(() => ({
          stdout: before,
        }));
        return stdout !== before && stdout !== "";
      },
      BOOT_MS,
      200,
    );
  }

  /** Boots the kernel of another image from the next `start` on. */
  bootsKernelOf({ kernel, initrd }: Image): void {
    this.settings.image = { ...this.settings.image, kernel, initrd };
  }

  /** Pulls a cable: `cutLink("eth1")`. */
  async cutLink(nic: string): Promise<void> {
    await this.control().silent(`set_link ${nic} off`);
  }

  async restoreLink(nic: string): Promise<void> {
    await this.control().silent(`set_link ${nic} on`);
  }

  /** Starts QEMU. With `restore`, the machine is paused at the snapshot until `resume`. */
  async powerOn(restore: boolean): Promise<void> {
    const socket = join(this.settings.directory, `${this.name}.qmp`);
    await command(["rm", "-f", socket]);
    const args = hostArguments({ ...this.settings, restore });
    const log = join(this.settings.directory, `${this.name}.qemu`);
    this.process = startProcess(["qemu-system-x86_64", ...args], log, this.detached);
    this.monitor = await Monitor.open(socket, this.process);
    this.settings.sshPort = await this.forwardedPort(22);
  }

  /** Pauses the machine and disconnects its networks. Packets in transit are lost. */
  async freeze(): Promise<void> {
    this.disconnect();
    await this.control().execute("stop");
    for (const nic of Object.keys(this.ips)) await this.cutLink(nic);
  }

  /** Goes back to the snapshot. The machine is paused until `resume`. */
  async rewind(): Promise<void> {
    await this.control().silent(`loadvm ${SNAPSHOT}`);
    for (const nic of Object.keys(this.ips)) await this.restoreLink(nic);
  }

  async resume(): Promise<void> {
    await this.control().execute("cont");
  }

  async saveSnapshot(): Promise<void> {
    this.disconnect();
    await this.control().silent(`savevm ${SNAPSHOT}`);
  }

  /** Makes another port of the host reachable until its power is off. Returns the port of 127.0.0.1 that leads there. */
  async forward(port: number): Promise<number> {
    await this.control().silent(`hostfwd_add n0 tcp:127.0.0.1:0-:${port}`);
    return this.forwardedPort(port);
  }

  isRunning(): boolean {
    return this.process?.isAlive() ?? false;
  }

  async waitForSsh(timeoutMs = BOOT_MS): Promise<void> {
    const answers = async () => {
      if (!this.isRunning()) throw new Error(`QEMU of ${this.name} has ended`);
      return hasBanner(this.sshPort);
    };
    try {
      await waitUntil(`${this.name} answers to ssh`, answers, timeoutMs, 100);
      // The clock of a restored machine is at the time of the snapshot.
      await this.mustRun(`date -s @${Math.ceil(Date.now() / 1000)}`);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nthe host's console:\n${this.console()}`);
    }
  }

  /** The last output of the serial console. */
  console(): string {
    const log = join(this.settings.directory, `${this.name}.log`);
    return existsSync(log) ? readFileSync(log, "utf8").slice(-3000) : "";
  }

  connection(user: string): Connection {
    return { ...this.login, port: this.sshPort, user };
  }

  disconnect(): void {
    this.shell?.close();
    this.shell = undefined;
  }

  private openShell(): Shell {
    this.shell ??= new Shell(this.connection("root"));
    return this.shell;
  }

  private control(): Monitor {
    if (!this.monitor) throw new Error(`${this.name} is switched off`);
    return this.monitor;
  }

  private async forwardedPort(to: number): Promise<number> {
    const table = await this.control().human("info usernet");
    const row = new RegExp(
      `HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+${to}\\s`,
    );
    const port = row.exec(table)?.[1];
    if (!port) throw new Error(`no port leads to port ${to} of ${this.name}: ${table}`);
    return Number(port);
  }
}

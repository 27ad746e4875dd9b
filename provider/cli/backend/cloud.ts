import type { Project } from "../project";
import { pulumi } from "../pulumi";
import { readDeployment } from "../state/checkpoint";
import type { History, HistoryEntry } from "./history";

/** An update as `pulumi stack history --json` prints it. */
interface PrintedUpdate {
  readonly version: number;
  readonly kind: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly result: string;
  readonly message?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const PAGE_SIZE = 100;

/** The history in Pulumi Cloud, whose service Pulumi's own command line asks. */
export class CloudHistory implements History {
  constructor(private readonly project: Project) {}

  async entries(): Promise<HistoryEntry[]> {
    const updates: PrintedUpdate[] = [];
    for (let page = 1; updates.length === (page - 1) * PAGE_SIZE; page++) {
      const pages = ["--page-size", String(PAGE_SIZE), "--page", String(page)];
      const found: PrintedUpdate[] = JSON.parse(await this.ask("history", "--json", ...pages));
      if (found.length === 0) break;
      updates.push(...found);
    }
    return updates.reverse().map((update) => this.entryOf(update));
  }

  private entryOf(update: PrintedUpdate): HistoryEntry {
    const { version, kind, result, message = "", environment = {} } = update;
    const startTime = new Date(update.startTime);
    return {
      ...{ number: version, kind, result, message, environment, startTime },
      endTime: update.endTime === undefined ? startTime : new Date(update.endTime),
      deployment: async (showSecrets = false) => {
        const secrets = showSecrets ? ["--show-secrets"] : [];
        const text = await this.ask("export", "--version", String(version), ...secrets);
        return readDeployment(text, `update ${version}`);
      },
    };
  }

  private ask(command: string, ...args: readonly string[]): Promise<string> {
    const { stackName, directory } = this.project;
    return pulumi(["stack", command, "--stack", stackName, ...args], directory);
  }
}

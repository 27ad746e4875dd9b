import type { Project } from "../project";
import { pulumi } from "../pulumi";
import { readDeployment } from "../state/checkpoint";
import type { History, HistoryEntry } from "./history";

/** An update in the output of `pulumi stack history --json`. */
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

/** The history in Pulumi Cloud, read through Pulumi's own command line. */
export class CloudHistory implements History {
  constructor(private readonly project: Project) {}

  async entries(): Promise<HistoryEntry[]> {
    const updates: PrintedUpdate[] = [];
    for (let page = 1; updates.length === (page - 1) * PAGE_SIZE; page++) {
      const pages = ["--page-size", String(PAGE_SIZE), "--page", String(page)];
      const next: PrintedUpdate[] = JSON.parse(await this.run("history", "--json", ...pages));
      if (next.length === 0) break;
      updates.push(...next);
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
        const text = await this.run("export", "--version", String(version), ...secrets);
        return readDeployment(text, `update ${version}`);
      },
    };
  }

  private run(command: string, ...args: readonly string[]): Promise<string> {
    const { stackName, directory } = this.project;
    return pulumi(["stack", command, "--stack", stackName, ...args], directory);
  }
}

import { CliError } from "../cliError";
import type { Project } from "../project";
import { readDeployment } from "../state/checkpoint";
import { readText } from "./compression";
import type { History, HistoryEntry } from "./history";
import type { FileStore } from "./store";

/**
 * The history in a self-managed backend: `.pulumi/history/<project>/<stack>/<stack>-<nanoseconds>.history.json`, with a
 * `.checkpoint.json` beside each file. Backends of old versions of Pulumi have no directory for the project.
 */
export class StoredHistory implements History {
  constructor(
    private readonly project: Pick<Project, "name" | "stack">,
    private readonly store: FileStore,
  ) {}

  async entries(): Promise<HistoryEntry[]> {
    const { name, stack } = this.project;
    const ofProject = await this.entriesIn(`.pulumi/history/${name}/${stack}`);
    return ofProject.length > 0 ? ofProject : this.entriesIn(`.pulumi/history/${stack}`);
  }

  private async entriesIn(directory: string): Promise<HistoryEntry[]> {
    const names = await this.store.list(directory);
    const updates = names.flatMap((name) => {
      const [, time] = /-(\d+)\.history\.json(?:\.gz|\.zst)?$/.exec(name) ?? [];
      return time === undefined ? [] : [{ name, time: Number(time) }];
    });
    updates.sort((a, b) => a.time - b.time);
    return Promise.all(
      updates.map(({ name }, index) => this.entry(`${directory}/${name}`, index + 1)),
    );
  }

  private async entry(path: string, number: number): Promise<HistoryEntry> {
    const { kind, startTime, endTime, result, message, environment } = this.parsed(
      path,
      await this.text(path, `update ${number}`),
    );
    return {
      ...{ number, kind, result, message: message ?? "", environment: environment ?? {} },
      startTime: new Date(startTime * 1000),
      endTime: new Date(endTime * 1000),
      deployment: async () => {
        const checkpoint = path.replace(".history.json", ".checkpoint.json");
        const text = await this.text(checkpoint, `update ${number} has no checkpoint`);
        return readDeployment(text, this.located(checkpoint));
      },
    };
  }

  private parsed(path: string, text: string) {
    try {
      return JSON.parse(text);
    } catch {
      throw new CliError(`${this.located(path)} is not JSON: it is damaged`);
    }
  }

  private async text(path: string, title: string): Promise<string> {
    const data = await this.store.read(path);
    if (data === undefined) throw new CliError(`${title}: ${this.located(path)} is missing`);
    return readText(this.located(path), data);
  }

  private located(path: string): string {
    return `${this.store.root}/${path}`;
  }
}

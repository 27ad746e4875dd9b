import { readHistory } from "../backend/open";
import { pathOf } from "../backend/url";
import { projectOf } from "../options";
import { projectDirectory } from "../project";
import { pulumi } from "../pulumi";
import type { Candidate, PrecedingOptions, PulumiCandidates } from "./candidates";

/** The stacks and the updates of the Pulumi project in this directory or in `--cwd`. */
export const pulumiCandidates: PulumiCandidates = {
  async stacks({ cwd = "." }) {
    const text = await pulumi(["stack", "ls", "--json"], projectDirectory(cwd));
    const all: { name: string; lastUpdate?: string }[] = JSON.parse(text);
    return all.map(({ name, lastUpdate = "never updated" }) => ({
      value: name,
      about: lastUpdate,
    }));
  },
  updates,
};

/** The updates of a local backend. Other backends are left out, because they answer too slowly for a completion. */
async function updates(given: PrecedingOptions): Promise<Candidate[]> {
  const project = await projectOf({ ...given, color: "never" });
  if (pathOf(project.backend) === undefined) return [];
  const entries = await readHistory(project);
  return entries.reverse().map(({ number, startTime, kind, result, message }) => ({
    value: String(number),
    about: `${startTime.toISOString().slice(0, 16).replace("T", " ")} ${kind} ${result} ${message}`,
  }));
}

import { entriesOf } from "../backend/open";
import { pathOf } from "../backend/url";
import { projectOf } from "../options";
import { projectDirectory } from "../project";
import { pulumi } from "../pulumi";
import type { Candidate, GivenOptions, Names } from "./candidates";

/** What Pulumi answers for the program in this directory, or in the one that was given. */
export const namesOfPulumi: Names = {
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

/** A backend in a bucket, or a service, would take longer than somebody waits for a key. */
async function updates(given: GivenOptions): Promise<Candidate[]> {
  const project = await projectOf({ ...given, color: "never" });
  if (pathOf(project.backend) === undefined) return [];
  const entries = await entriesOf(project);
  return entries.reverse().map(({ number, startTime, kind, result, message }) => ({
    value: String(number),
    about: `${startTime.toISOString().slice(0, 16).replace("T", " ")} ${kind} ${result} ${message}`,
  }));
}

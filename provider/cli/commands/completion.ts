import type { Command } from "commander";
import { candidatesFor } from "../completion/candidates";
import { pulumiCandidates } from "../completion/pulumiCandidates";
import { SCRIPTS, type ShellName } from "../completion/scripts";

/** Prints the completion script of a shell. */
export function completion(shell: ShellName): void {
  process.stdout.write(SCRIPTS[shell]);
}

/** Prints a line for each candidate. Errors print nothing, because the user is typing a command. */
export async function complete(root: Command, words: readonly string[]): Promise<void> {
  const candidates = await candidatesFor(root, words, pulumiCandidates).catch(() => []);
  const lines = candidates.map(
    ({ value, about }) => `${value}\t${about.replace(/\s+/g, " ").trim()}\n`,
  );
  process.stdout.write(lines.join(""));
}

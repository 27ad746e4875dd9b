import type { Command } from "commander";
import { candidatesFor } from "../completion/candidates";
import { namesOfPulumi } from "../completion/names";
import { SCRIPTS, type ShellName } from "../completion/scripts";

/** Prints what a shell reads to complete the command. */
export function completion(shell: ShellName): void {
  process.stdout.write(SCRIPTS[shell]);
}

/** Answers a shell: a line for each candidate. Nothing else is printed, whatever happens: somebody is typing. */
export async function complete(root: Command, words: readonly string[]): Promise<void> {
  const found = await candidatesFor(root, words, namesOfPulumi).catch(() => []);
  const lines = found.map(({ value, about }) => `${value}\t${about.replace(/\s+/g, " ").trim()}\n`);
  process.stdout.write(lines.join(""));
}

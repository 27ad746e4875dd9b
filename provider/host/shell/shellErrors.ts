import type { Command } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Ending } from "../connect";
import { line } from "./quote";

/** A shell ended while it was needed. */
export function lostError(
  host: string,
  ending: Ending,
  command: Command | undefined,
  stderr: string,
): LvsError {
  return new LvsError(
    "connect",
    `${doing(command)} on ${host}: the connection was lost: ${whyEnded(ending)}${last(stderr)}
  ${whatIsKnown(command)}`,
  );
}

/** A run took longer than it may. */
export function timeError(host: string, seconds: number, command: Command | undefined): LvsError {
  return new LvsError(
    "connect",
    `${doing(command)} on ${host}: no answer in ${seconds} s: the connection was closed
  ${command ? "it may still be running there. " : ""}${whatIsKnown(command)}`,
  );
}

function doing(command: Command | undefined): string {
  return command === undefined
    ? "waiting for commands"
    : `running ${shortened(line({ argv: command.argv }))}`;
}

function whyEnded({ lost, exitCode }: Ending): string {
  return (
    lost ??
    (exitCode === undefined ? "the shell ended" : `the shell ended with exit code ${exitCode}`)
  );
}

function whatIsKnown(command: Command | undefined): string {
  return command === undefined
    ? "nothing was under way"
    : "how far the change came is not known: refresh shows what is there now, and a new update goes on from it";
}

function shortened(text: string): string {
  const shown = text.replace(/ <\/dev\/null$/, "");
  return shown.length > 200 ? `${shown.slice(0, 200)}...` : shown;
}

function last(stderr: string): string {
  return stderr.trim() === "" ? "" : `\n  ${stderr.trim().slice(-500)}`;
}

import type { Command } from "../../values/command";
import { LvsError } from "../../values/errors";
import { commandLine } from "../../values/quote";
import type { CloseReason } from "../connect";

/** The error of a shell that ended before or during a run. */
export function lostError(
  host: string,
  reason: CloseReason,
  command: Command | undefined,
  stderr: string,
): LvsError {
  return new LvsError(
    "connect",
    `${activity(command)} on ${host}: the connection was lost: ${lossText(reason)}${lastLines(stderr)}
  ${consequence(command)}`,
  );
}

/** The error of a run that exceeded its time limit. */
export function timeError(host: string, seconds: number, command: Command | undefined): LvsError {
  return new LvsError(
    "connect",
    `${activity(command)} on ${host}: no answer within ${seconds} s, so the connection was closed
  ${command ? "the command may still be running there; " : ""}${consequence(command)}`,
  );
}

/** The error of a run whose answer was too large or malformed. */
export function answerError(host: string, why: string, command: Command | undefined): LvsError {
  return new LvsError(
    "connect",
    `${activity(command)} on ${host}: ${why}, so the connection was closed
  check the programs on ${host} that print it; ${consequence(command)}`,
  );
}

function activity(command: Command | undefined): string {
  return command === undefined
    ? "waiting for commands"
    : `running ${shortened(commandLine({ argv: command.argv }))}`;
}

function lossText({ why, exitCode }: CloseReason): string {
  return (
    why ??
    (exitCode === undefined ? "the shell ended" : `the shell ended with exit code ${exitCode}`)
  );
}

function consequence(command: Command | undefined): string {
  return command === undefined
    ? "no command was running"
    : "it is not known how much was changed: a refresh shows the host as it is now, and the next update continues from there";
}

function shortened(text: string): string {
  const shown = text.replace(/ <\/dev\/null$/, "");
  return shown.length > 200 ? `${shown.slice(0, 200)}...` : shown;
}

function lastLines(stderr: string): string {
  return stderr.trim() === "" ? "" : `\n  ${stderr.trim().slice(-500)}`;
}

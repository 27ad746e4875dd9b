import { LvsError } from "../../values/errors";
import { quote } from "./quote";

/** What is locked against other processes: a directory that every host has, so that no file of ours is left behind. */
export const lockDirectory = "/run/lock";

/** The exit code of flock(1) when it may not wait any longer. */
const timedOut = 1;

/**
 * Shell text that takes the host's lock for the shell that reads it, and lets it go when that shell ends. The `test`
 * is there because a redirection that fails ends a POSIX shell.
 */
export function lockText(waitSeconds: number, directory = lockDirectory): string {
  const place = quote(directory);
  return `if test -d ${place}; then exec 9<${place}; else exec 9</run; fi; flock -w ${waitSeconds} 9 </dev/null`;
}

/** Shell text that lets the host's lock go. */
export const unlockText = "exec 9<&-";

/** Why the lock was not taken. */
export function lockError(
  host: string,
  waitSeconds: number,
  exitCode: number,
  stderr: string,
): LvsError {
  if (exitCode === timedOut && stderr.trim() === "") {
    return new LvsError(
      "conflict",
      `locking ${host}: another process is changing ${host}: waited ${waitSeconds} s
  let the other change finish, and try again`,
    );
  }
  if (exitCode === 127) {
    return new LvsError(
      "input",
      `locking ${host}: flock is not there\n  install util-linux on ${host}`,
    );
  }
  return new LvsError(
    "command",
    `locking ${host}: flock failed with exit code ${exitCode}\n  ${stderr.trim()}`,
  );
}

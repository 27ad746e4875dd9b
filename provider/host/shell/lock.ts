import { TAKE_BACK } from "../../system/commitTimer";
import { LvsError } from "../../values/errors";
import { quote } from "../../values/quote";

/** The directory to lock. Every host has the directory, so that no lock file of ours stays behind. */
export const lockDirectory = "/run/lock";

/** The exit code of flock(1) after its timeout (-w). */
const TIMED_OUT = 1;

/**
 * Shell text that locks the host until the shell ends or releases the lock, and takes back a change that another shell
 * left there without a confirmation. `test` checks the directory first, because a failed redirection ends a POSIX shell.
 */
export function lockText(waitSeconds: number, directory = lockDirectory): string {
  const path = quote(directory);
  return `if test -d ${path}; then exec 9<${path}; else exec 9</run; fi; flock -w ${waitSeconds} 9 </dev/null && { ${TAKE_BACK}; }`;
}

/** Shell text that releases the host's lock. */
export const unlockText = "exec 9<&-";

/** The error of a lock that could not be acquired. */
export function lockError(
  host: string,
  waitSeconds: number,
  exitCode: number,
  stderr: string,
): LvsError {
  if (exitCode === TIMED_OUT && stderr.trim() === "") {
    return new LvsError(
      "conflict",
      `locking ${host}: another process is changing ${host} and did not finish within ${waitSeconds} s
  let the other change finish, and try again`,
    );
  }
  if (exitCode === 127) {
    return new LvsError(
      "input",
      `locking ${host}: flock is missing\n  install util-linux on ${host}`,
    );
  }
  return new LvsError(
    "command",
    `locking ${host}: flock failed with exit code ${exitCode}\n  ${stderr.trim()}`,
  );
}

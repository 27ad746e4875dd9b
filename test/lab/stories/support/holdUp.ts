import type { LabHost } from "../../host";

const HELD = "/run/held-up";

/**
 * Replaces a program by a script that pauses before a command line that begins with `words`, so that a change on the host
 * stays in progress for as long as the story needs.
 */
export async function holdUp(host: LabHost, program: string, words: string): Promise<void> {
  await host.mustRun(
    `set -e; real=$(command -v ${program}); cat > /tmp/script
chmod 755 /tmp/script; mv $real $real.real; mv /tmp/script $real`,
    {
      input: `#!/bin/sh
case "$*" in "${words}"*) touch ${HELD}; while [ -e ${HELD} ]; do sleep 0.2; done ;; esac
exec "$0.real" "$@"
`,
    },
  );
}

/** Whether the program has reached the pause. */
export async function isHeldUp(host: LabHost): Promise<boolean> {
  return (await host.run(`test -e ${HELD}`)).exitCode === 0;
}

/** Ends the pause, restores the program, and waits until the command on the host has ended. */
export async function letGo(host: LabHost, program: string): Promise<void> {
  await host.mustRun(`set -e; real=$(command -v ${program}); mv $real.real $real; rm ${HELD}
for try in $(seq 100); do flock -n /run/lock true && exit 0; sleep 0.1; done; exit 1`);
}

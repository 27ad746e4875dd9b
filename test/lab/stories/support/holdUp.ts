import type { LabHost } from "../../host";

const HELD = "/run/held-up";

/**
 * Covers a program by a script that pauses before a command line that begins with `words`, so that a change on the host
 * stays in progress for as long as the story needs. After a reboot nothing covers the program.
 */
export async function holdUp(host: LabHost, program: string, words: string): Promise<void> {
  await host.mustRun(
    `set -e; real=$(command -v ${program}); cp $real /tmp/${program}.real; cat > /tmp/script
chmod 755 /tmp/script; mount -n --bind /tmp/script $real`,
    {
      input: `#!/bin/sh
case "$*" in "${words}"*) touch ${HELD}; while [ -e ${HELD} ]; do sleep 0.2; done ;; esac
exec /tmp/${program}.real "$@"
`,
    },
  );
}

/** Whether the program has reached the pause. */
export async function isHeldUp(host: LabHost): Promise<boolean> {
  return (await host.run(`test -e ${HELD}`)).exitCode === 0;
}

/** Ends the pause, uncovers the program, and waits until the command on the host has ended. */
export async function letGo(host: LabHost, program: string): Promise<void> {
  await host.mustRun(`set -e; umount -n -l $(command -v ${program}); rm ${HELD} /tmp/script
for try in $(seq 100); do flock -n /run/lock rm /tmp/${program}.real && exit 0; sleep 0.1; done; exit 1`);
}

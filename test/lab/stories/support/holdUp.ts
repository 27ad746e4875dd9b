import type { LabHost } from "../../host";

const HELD = "/run/held-up";

/**
 * Puts a script in the place of a program, which stops before it does what begins with `words` until it is let go: what
 * is run on the host meanwhile is under way for as long as the story needs.
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

/** Whether the program is at what it was to be held up at. */
export async function isHeldUp(host: LabHost): Promise<boolean> {
  return (await host.run(`test -e ${HELD}`)).exitCode === 0;
}

/** Has the program go on, and puts it back; whatever was behind it on the host has come to its end then. */
export async function letGo(host: LabHost, program: string): Promise<void> {
  await host.mustRun(`set -e; real=$(command -v ${program}); mv $real.real $real; rm ${HELD}
for try in $(seq 100); do flock -n /run/lock true && exit 0; sleep 0.1; done; exit 1`);
}

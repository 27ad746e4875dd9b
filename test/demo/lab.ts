import { isRunning, remember } from "../lab/cliCommands";
import { type Lab, startLab } from "../lab/lab";
import { atExit } from "../lab/run";
import { fail, say } from "./say";

const ends = new Map<Lab, () => void>();

/** Starts a lab that ends with this process. A kept lab goes on after a demo that has succeeded. */
export async function startDemoLab(hosts: readonly string[], isKept: boolean): Promise<Lab> {
  if (isKept && isRunning()) fail("a lab is running already: npm run lab -- down");
  const lab = await startLab({ topology: "dr", hosts, detached: isKept });
  if (isKept)
    ends.set(
      lab,
      atExit(() => lab.endNow()),
    );
  return lab;
}

export async function stopDemoLab(lab: Lab): Promise<void> {
  ends.get(lab)?.();
  await lab.stop();
}

/** Leaves the lab running, and prints how to log in and what to try. */
export function explainLab(lab: Lab, env: Readonly<Record<string, string>>): void {
  ends.get(lab)?.();
  remember(lab);
  say("the cluster stays up. Its hosts:");
  for (const name of lab.hostNames) console.log(`  npm run lab -- ssh ${name}`);
  say("to go on, in the directory of the checkout:");
  const needed = Object.entries(env).map(([name, value]) =>
    name === "PATH"
      ? `  export PATH='${value.split(":")[0]}':"$PATH"`
      : `  export ${name}='${value}'`,
  );
  console.log(needed.join("\n"));
  console.log(NEXT);
}

const NEXT = `
== what to try
  npm run lab -- ssh client 'for i in 1 2 3 4; do curl -s http://192.0.2.80/; done'
  npm run lab -- ssh director1 ipvsadm -Ln
  pulumi config set weights '{"web1":1,"web2":5,"web3":1}' && pulumi preview --diff && pulumi up
  npm run lab -- ssh director1 ipvsadm -e -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 9    # drift, by hand
  pulumi refresh && pulumi preview --diff && pulumi up
  pulumi destroy

== when you are done
  npm run lab -- down`;

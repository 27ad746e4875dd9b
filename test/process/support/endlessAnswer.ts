import { openShell } from "../../../provider/host/shell/openShell";
import { localClient } from "../../host/shell/support/localChannel";

// Runs a command on a host whose answer never ends, and prints the error and the peak memory in MiB.
async function main(): Promise<void> {
  const client = localClient();
  const shell = await openShell(client, { sudo: false });
  const before = process.resourceUsage().maxRSS / 1024;
  const run = { argv: ["sh", "-c", process.argv[2] as string] };
  const message = await shell.run([[{ run }]]).then(
    () => "it ended",
    (error: Error) => error.message,
  );
  client.kill();
  const grown = process.resourceUsage().maxRSS / 1024 - before;
  console.log(JSON.stringify({ message, grown: Math.round(grown) }));
}

void main();

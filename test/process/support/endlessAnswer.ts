import { openShell } from "../../../provider/host/shell/openShell";
import { localClient } from "../../host/shell/support/localChannel";

// Asks a host that answers for ever, and prints what that was told and the most memory it took, in MiB.
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

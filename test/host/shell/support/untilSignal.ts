import { closeOnSignals, shellFor } from "../../../../provider/host/shell/pool";

/** A process that keeps a shell open until a signal ends it. */
async function main(): Promise<void> {
  closeOnSignals();
  closeOnSignals();
  await shellFor(JSON.parse(process.env.CONNECTION ?? ""), { warn: console.error });
  process.stdout.write("open\n");
}

void main();

import { closeOnSignals, shellFor } from "../../../../provider/host/shell/pool";

/** A process that holds a shell until it is told to end. */
async function main(): Promise<void> {
  closeOnSignals();
  closeOnSignals();
  await shellFor(JSON.parse(process.env.CONNECTION ?? ""), { warn: console.error });
  process.stdout.write("open\n");
}

void main();

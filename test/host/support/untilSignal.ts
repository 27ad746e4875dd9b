import { closeOnSignals, shellFor } from "../../../provider/host/pool";

/** A process that holds a shell until it is told to end. */
async function main(): Promise<void> {
  closeOnSignals();
  closeOnSignals();
  await shellFor(JSON.parse(process.env.CONNECTION ?? ""));
  process.stdout.write("open\n");
}

void main();

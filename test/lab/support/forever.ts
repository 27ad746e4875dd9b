import { writeFileSync } from "node:fs";
import { atExit } from "../run";

// Goes on for ever, and says in files when it is at work and when it was undone: forever.ts READY UNDONE
const [ready = "", undone = ""] = process.argv.slice(2);
atExit(() => writeFileSync(undone, ""));
writeFileSync(ready, "");
setInterval(() => {}, 1000);

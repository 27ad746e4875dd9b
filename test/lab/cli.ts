import { say } from "../toolchain/progress";
import { type Accepted, down, shell, status, up } from "./cliCommands";
import type { Manager } from "./qemu";
import { TOPOLOGIES, type TopologyName } from "./topology";

const USAGE = `npm run lab -- up [dr|nat|tun] [--hosts client,web1] [--release 13] [--manager networkd|nm|ifupdown]
npm run lab -- ssh HOST [COMMAND...]
npm run lab -- status
npm run lab -- down`;

async function main([name, ...words]: string[]): Promise<number> {
  switch (name) {
    case "up":
      return up(accepted(words));
    case "ssh":
      return shell(words[0] ?? fail("ssh needs a host"), words.slice(1));
    case "status":
      return status();
    case "down":
      return down();
    default:
      return fail("say what to do");
  }
}

/** The words after `up`. */
function accepted(words: string[]): Accepted {
  const result: Accepted = { topology: "dr", release: 12 };
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word === "--hosts")
      result.hosts = (words.shift() ?? fail("--hosts needs names")).split(",");
    else if (word === "--release") result.release = releaseOf(words.shift());
    else if (word === "--manager") result.manager = managerOf(words.shift());
    else if (word in TOPOLOGIES) result.topology = word as TopologyName;
    else fail(`${word} is not known`);
  }
  return result;
}

function releaseOf(word: string | undefined): 12 | 13 {
  if (word === "12") return 12;
  if (word === "13") return 13;
  return fail("--release takes 12 or 13");
}

function managerOf(word: string | undefined): Manager {
  if (word === "networkd" || word === "nm" || word === "ifupdown") return word;
  return fail("--manager takes networkd, nm or ifupdown");
}

function fail(reason: string): never {
  throw new Error(`${reason}\n${USAGE}`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    say(error.message);
    process.exit(1);
  },
);

import { COMMIT_DIRECTORY } from "../../provider/system/commitTimer";
import type { Command, Result } from "../../provider/values/command";

/** What a host of a test offers to the way back. */
interface Host {
  journal: string | undefined;
  run(command: Command): Result;
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

const done = (exitCode: number): Result => ({ stdout: "", stderr: "", exitCode });

/** The timer of a change that can cut the way to its host: it carries out the script that it was given. */
export class WorkingCommit {
  /** The script and the journal that lie on the host; undefined while no timer runs. */
  armed: { readonly script: string; readonly journal: string | undefined } | undefined;
  /** How often a timer was started, and how often a change was confirmed. */
  started = 0;
  confirmed = 0;

  constructor(private readonly host: Host) {}

  knows({ argv }: Command): boolean {
    return argv[0] === "sh" && (argv[2] ?? "").includes(COMMIT_DIRECTORY);
  }

  run({ stdin }: Command): Result {
    if (stdin !== undefined) {
      this.armed = { script: stdin, journal: this.host.journal };
      this.started += 1;
      return done(0);
    }
    if (!this.armed) return done(1);
    this.armed = undefined;
    this.confirmed += 1;
    return done(0);
  }

  /** What happens when the time is over, and nobody has confirmed. */
  fire(): void {
    const { armed } = this;
    if (!armed) return;
    this.armed = undefined;
    for (const command of commandsOf(armed.script)) this.host.run(command);
    this.host.journal = armed.journal;
  }
}

/** The commands of a script that are not its own: each in a subshell. */
function commandsOf(script: string): Command[] {
  const [, body = ""] = script.split('putting back what was before"\n');
  const tokens = tokensOf(body);
  const commands: Command[] = [];
  while (isSign(tokens[0], "(")) {
    const end = tokens.findIndex((one) => isSign(one, ")"));
    commands.push(commandOf(tokens.splice(0, end + 2).slice(1, -2)));
  }
  return commands;
}

function commandOf(tokens: readonly Token[]): Command {
  const pipe = tokens.findIndex((one) => isSign(one, "|"));
  const argv = tokens.slice(pipe + 1).map(({ text }) => text);
  if (pipe < 0) return { argv: argv.filter((word) => word !== "</dev/null") };
  return { argv, stdin: tokens[2]?.text ?? "" };
}

const isSign = (token: Token | undefined, sign: string) =>
  token !== undefined && !token.isQuoted && token.text === sign;

/** The words of shell text as provider/values/quote.ts writes them. */
function tokensOf(text: string): Token[] {
  const words = text.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g);
  return [...words].map(([word]) => ({
    text: word.replaceAll(/'([^']*)'|\\(')/g, (_, inside, quote) => inside ?? quote),
    isQuoted: word.includes("'"),
  }));
}

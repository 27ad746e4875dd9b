#!/usr/bin/env node
import { Argument, Command, type Command as Commander, Option } from "commander";
import { SHELLS, type ShellName } from "./completion/scripts";

/** The exit code of a failed command. The code 1 is a difference, as for diff(1). */
const FAILED = 2;

function program(): Command {
  const root = new Command("pulumi-lvs")
    .description("See what the clusters of a stack were, and roll back to it.")
    .option("-s, --stack <name>", "the stack; by default the selected one")
    .option("-C, --cwd <directory>", "run as if in this directory")
    .addOption(
      new Option("--color <when>", "whether to colour what is printed")
        .choices(["always", "never", "raw", "auto"])
        .default("auto"),
    )
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : FAILED));
  addHistory(root);
  addDiff(root);
  addRollback(root);
  addCompletion(root);
  addShow(root);
  addSudoers(root);
  return root;
}

// Each command loads its code when it runs, so that --help is fast.

function addHistory(root: Command): void {
  root
    .command("history")
    .description("Show each update of the stack and what it did to the clusters, newest first.")
    .option("-j, --json", "print JSON")
    .option("--limit <count>", "how many updates a page has", "10")
    .option("--page <number>", "which page, from 1", "1")
    .addHelpText("after", example("history --limit 5"))
    .action(async (_own, command: Commander) => {
      const { history } = await import("./commands/history.js");
      process.exitCode = await history(command.optsWithGlobals());
    });
}

function addDiff(root: Command): void {
  root
    .command("diff")
    .description("Show the clusters after an update against now, or against another update.")
    .argument("<number>", "the number of an update, from the history")
    .argument("[other]", "the number of another update; by default the state now")
    .option("-j, --json", "print JSON")
    .addHelpText(
      "after",
      `\nExit codes: 0 no difference, 1 some, 2 an error.\n${example("diff 3 5")}`,
    )
    .action(async (from: string, to: string | undefined, _own, command: Commander) => {
      const { diff } = await import("./commands/diff.js");
      process.exitCode = await diff(from, to, command.optsWithGlobals());
    });
}

function addRollback(root: Command): void {
  root
    .command("rollback")
    .description("Bring the clusters back to what they were after an update, by an update.")
    .argument("[number]", "the number of an update, from the history")
    .option("--last-good", "the last update before the latest one that succeeded")
    .option("--from <file>", "a checkpoint, or what `pulumi stack export` wrote")
    .option("-j, --json", "print JSON; what Pulumi prints goes to standard error")
    .option("--preview", "show what would change, and change nothing")
    .option("-y, --yes", "do not ask")
    .option(
      "-t, --target <name>",
      "only what concerns this director, VIP or virtual service; may be repeated",
      (name: string, before: readonly string[]) => [...before, name],
      [],
    )
    .option("-m, --message <text>", "the message of the update in the history")
    .addHelpText("after", example("rollback 3 --preview"))
    .action(async (number: string | undefined, _own, command: Commander) => {
      const { rollback } = await import("./commands/rollback.js");
      process.exitCode = await rollback(number, command.optsWithGlobals());
    });
}

function addCompletion(root: Command): void {
  root
    .command("completion")
    .description("Print what a shell reads to complete commands, options, stacks and updates.")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", "\nExample:\n  source <(pulumi-lvs completion bash)")
    .action(async (shell: ShellName) => {
      const { completion } = await import("./commands/completion.js");
      completion(shell);
    });
  root
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      const { complete } = await import("./commands/completion.js");
      await complete(root, words);
    });
}

function addShow(root: Command): void {
  root
    .command("show")
    .description("Show the clusters as they are on their hosts now: connections, rates, drift.")
    .option("-j, --json", "print JSON")
    .option(
      "-w, --watch [seconds]",
      "look again and again, every 2 seconds unless it says otherwise",
    )
    .option(
      "-g, --graph <file>",
      "write a drawing (SVG) to a file instead; - is the standard output",
    )
    .addHelpText(
      "after",
      `\nExit codes: 0 as declared, 1 drift, 2 an error, or a host that cannot be read.\n${example("show --watch")}`,
    )
    .action(async (_own, command: Commander) => {
      const { show } = await import("./commands/show.js");
      process.exitCode = await show(command.optsWithGlobals());
    });
}

function addSudoers(root: Command): void {
  root
    .command("sudoers")
    .description("Print the rules of sudoers that a user needs who is not root on a host.")
    .argument("<user>", "the name of the user on the host")
    .option(
      "--password",
      "have sudo ask for the user's password: sudo: { password } in a connection",
    )
    .addHelpText("after", example("sudoers deploy"))
    .action(async (user: string, { password = false }: { password?: boolean }) => {
      const { sudoers } = await import("./commands/sudoers.js");
      sudoers(user, password);
    });
}

function example(line: string): string {
  return `\nExample:\n  pulumi-lvs ${line}`;
}

program()
  .parseAsync()
  .catch((error: Error) => {
    process.stderr.write(`pulumi-lvs: ${error.message}\n`);
    process.exitCode = FAILED;
  });

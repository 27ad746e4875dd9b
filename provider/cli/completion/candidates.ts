import type { Argument, Command, Option } from "commander";

/** A possible completion of a word, with its description. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** The values of the options before the word: `{ stack: "dev" }`. */
export type PrecedingOptions = Readonly<Record<string, string>>;

/** The names that only Pulumi knows. */
export interface PulumiNames {
  stacks(given: PrecedingOptions): Promise<readonly Candidate[]>;
  /** The numbers of updates, newest first. */
  updates(given: PrecedingOptions): Promise<readonly Candidate[]>;
}

/** The position of the last word of a command line. */
interface WordPosition {
  readonly command: Command;
  /** The option whose value the word is. @default - the word is no value */
  readonly option: Option | undefined;
  /** The argument of the command at this position. @default - none */
  readonly argument: Argument | undefined;
  readonly given: PrecedingOptions;
}

/**
 * The completions of the last word, which may be incomplete; none for a file or a free text.
 * @param words - the words after the name of the program
 */
export async function candidatesFor(
  root: Command,
  words: readonly string[],
  names: PulumiNames,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const position = positionOf(root, words.slice(0, -1));
  const all = await candidatesAt(position, current, names);
  return all.filter(({ value }) => value.startsWith(current));
}

function positionOf(root: Command, words: readonly string[]): WordPosition {
  let command = root;
  let option: Option | undefined;
  let count = 0;
  const given: Record<string, string> = {};
  for (const word of words) {
    const subcommand = command.commands.find((each) => each.name() === word);
    if (option) {
      given[option.attributeName()] = word;
      option = undefined;
    } else if (word.startsWith("-"))
      option = optionsOf(command).find(
        ({ required, long, short }) => required && [long, short].includes(word),
      );
    else if (subcommand) command = subcommand;
    else count++;
  }
  return { command, option, argument: command.registeredArguments[count], given };
}

function optionsOf(command: Command): Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

async function candidatesAt(
  { command, option, argument, given }: WordPosition,
  current: string,
  names: PulumiNames,
): Promise<readonly Candidate[]> {
  if (option?.argChoices) return plain(option.argChoices);
  if (option) return option.attributeName() === "stack" ? names.stacks(given) : [];
  if (current.startsWith("-"))
    return optionsOf(command).map(({ long, short, description }) => ({
      ...{ value: long ?? short ?? "", about: description },
    }));
  const subcommands = command.createHelp().visibleCommands(command);
  if (subcommands.length > 0)
    return subcommands.map((subcommand) => ({
      value: subcommand.name(),
      about: subcommand.description(),
    }));
  if (argument?.argChoices) return plain(argument.argChoices);
  return UPDATES.has(argument?.name() ?? "") ? names.updates(given) : [];
}

/** The arguments that are numbers of updates. */
const UPDATES = new Set(["number", "other"]);

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, about: "" }));
}

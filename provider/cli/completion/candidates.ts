import type { Argument, Command, Option } from "commander";

/** A possible completion of a word, with its description. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** The values of the options before the word: `{ stack: "dev" }`. */
export type PrecedingOptions = Readonly<Record<string, string>>;

/** The candidates that only Pulumi knows: the stacks and the updates of a project. */
export interface PulumiCandidates {
  stacks(given: PrecedingOptions): Promise<readonly Candidate[]>;
  /** The numbers of updates, newest first. */
  updates(given: PrecedingOptions): Promise<readonly Candidate[]>;
}

/** The position of the last word of a command line. */
interface WordPosition {
  readonly command: Command;
  /** The option that takes the word as its value; undefined when the word is not the value of an option. */
  readonly option: Option | undefined;
  /** The argument of the command at this position; undefined when the command takes no more arguments. */
  readonly argument: Argument | undefined;
  readonly given: PrecedingOptions;
}

/**
 * The candidates for the last word, of which the user may have typed only the start. There are no candidates for a file
 * name or a free text.
 * @param words - the words after the name of the program, with the last word
 */
export async function candidatesFor(
  root: Command,
  words: readonly string[],
  fromPulumi: PulumiCandidates,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const position = positionOf(root, words.slice(0, -1));
  const all = await candidatesAt(position, current, fromPulumi);
  return all.filter(({ value }) => value.startsWith(current));
}

function positionOf(root: Command, precedingWords: readonly string[]): WordPosition {
  let command = root;
  let option: Option | undefined;
  let argumentCount = 0;
  const given: Record<string, string> = {};
  for (const word of precedingWords) {
    const subcommand = command.commands.find((each) => each.name() === word);
    if (option) {
      given[option.attributeName()] = word;
      option = undefined;
    } else if (word.startsWith("-"))
      // `required` means that the option needs a value: `--stack <name>`.
      option = optionsOf(command).find(
        ({ required, long, short }) => required && [long, short].includes(word),
      );
    else if (subcommand) command = subcommand;
    else argumentCount++;
  }
  return { command, option, argument: command.registeredArguments[argumentCount], given };
}

function optionsOf(command: Command): Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

async function candidatesAt(
  { command, option, argument, given }: WordPosition,
  current: string,
  fromPulumi: PulumiCandidates,
): Promise<readonly Candidate[]> {
  if (option?.argChoices) return withoutDescription(option.argChoices);
  if (option) return option.attributeName() === "stack" ? fromPulumi.stacks(given) : [];
  if (current.startsWith("-"))
    return optionsOf(command).map(({ long, short, description }) => ({
      value: long ?? short ?? "",
      about: description,
    }));
  const subcommands = command.createHelp().visibleCommands(command);
  if (subcommands.length > 0)
    return subcommands.map((subcommand) => ({
      value: subcommand.name(),
      about: subcommand.description(),
    }));
  if (argument?.argChoices) return withoutDescription(argument.argChoices);
  return UPDATE_ARGUMENTS.has(argument?.name() ?? "") ? fromPulumi.updates(given) : [];
}

/** The names of the arguments that are numbers of updates. */
const UPDATE_ARGUMENTS = new Set(["number", "other"]);

function withoutDescription(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, about: "" }));
}

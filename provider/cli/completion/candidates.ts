import type { Argument, Command, Option } from "commander";

/** What may stand at a place of a command line. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** The values of the options that were given before: `{ stack: "dev" }`. */
export type GivenOptions = Readonly<Record<string, string>>;

/** What only Pulumi knows. */
export interface Names {
  stacks(given: GivenOptions): Promise<readonly Candidate[]>;
  /** Numbers of updates, newest first. */
  updates(given: GivenOptions): Promise<readonly Candidate[]>;
}

/** Where the last word of a command line stands. */
interface Place {
  readonly command: Command;
  /** The option whose value it is. */
  readonly option: Option | undefined;
  /** Otherwise the argument that it may be. */
  readonly argument: Argument | undefined;
  readonly given: GivenOptions;
}

/**
 * What may stand in the place of the last word, of which a part may be there; none where it is a file, or anything.
 * @param words - the words behind the command's own name
 */
export async function candidatesFor(
  root: Command,
  words: readonly string[],
  names: Names,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const place = placeOf(root, words.slice(0, -1));
  const all = await offered(place, current, names);
  return all.filter(({ value }) => value.startsWith(current));
}

function placeOf(root: Command, words: readonly string[]): Place {
  let command = root;
  let option: Option | undefined;
  let count = 0;
  const given: Record<string, string> = {};
  for (const word of words) {
    const below = command.commands.find((each) => each.name() === word);
    if (option) {
      given[option.attributeName()] = word;
      option = undefined;
    } else if (word.startsWith("-"))
      option = optionsOf(command).find(
        (each) => each.required && [each.long, each.short].includes(word),
      );
    else if (below) command = below;
    else count++;
  }
  return { command, option, argument: command.registeredArguments[count], given };
}

function optionsOf(command: Command): Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

async function offered(
  { command, option, argument, given }: Place,
  current: string,
  names: Names,
): Promise<readonly Candidate[]> {
  if (option?.argChoices) return plain(option.argChoices);
  if (option) return option.attributeName() === "stack" ? names.stacks(given) : [];
  if (current.startsWith("-"))
    return optionsOf(command).map(({ long, short, description }) => ({
      ...{ value: long ?? short ?? "", about: description },
    }));
  const below = command.createHelp().visibleCommands(command);
  if (below.length > 0)
    return below.map((each) => ({ value: each.name(), about: each.description() }));
  if (argument?.argChoices) return plain(argument.argChoices);
  return UPDATES.has(argument?.name() ?? "") ? names.updates(given) : [];
}

/** The arguments that are numbers of updates. */
const UPDATES = new Set(["number", "other"]);

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, about: "" }));
}

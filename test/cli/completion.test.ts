import { Argument, Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { candidatesFor, type PrecedingOptions } from "../../provider/cli/completion/candidates";

function program(): Command {
  const root = new Command("lvs")
    .option("-s, --stack <name>", "the stack")
    .addOption(new Option("--color <when>", "colours").choices(["always", "never"]))
    .configureHelp({ showGlobalOptions: true });
  const rollback = root.command("rollback").description("go back").argument("[number]");
  rollback.option("--from <file>", "a file").option("--yes", "do not ask");
  root.command("diff").description("compare").argument("<number>").argument("[other]");
  root.command("completion").addArgument(new Argument("<shell>").choices(["bash", "zsh"]));
  root.command("complete", { hidden: true }).argument("[words...]");
  return root;
}

const asked: PrecedingOptions[] = [];
const names = {
  async stacks(given: PrecedingOptions) {
    asked.push(given);
    return ["dev", "prod"].map((value) => ({ value, about: "" }));
  },
  async updates(given: PrecedingOptions) {
    asked.push(given);
    return [{ value: "12", about: "an update" }];
  },
};
const valuesOf = async (...words: string[]) =>
  (await candidatesFor(program(), words, names)).map(({ value }) => value);

describe("what completes a command line", () => {
  it.each([
    ["the commands, without those for shells", [""], ["rollback", "diff", "completion", "help"]],
    ["the commands that begin so", ["ro"], ["rollback"]],
    ["the commands behind an option", ["--stack", "dev", "di"], ["diff"]],
    [
      "its options and those of all commands",
      ["rollback", "--"],
      ["--from", "--yes", "--help", "--stack", "--color"],
    ],
    ["the choices of an option", ["diff", "--color", "a"], ["always"]],
    ["stacks", ["diff", "--stack", "d"], ["dev"]],
    ["stacks for the short option", ["-s", ""], ["dev", "prod"]],
    ["updates", ["rollback", "--yes", "1"], ["12"]],
    ["updates for the second argument too", ["diff", "3", ""], ["12"]],
    ["nothing for a third", ["diff", "3", "4", ""], []],
    ["nothing for a file, so that the shell completes one", ["rollback", "--from", ""], []],
    ["the choices of an argument", ["completion", ""], ["bash", "zsh"]],
  ])("is %s", async (_, words, values) => {
    expect(await valuesOf(...words)).toEqual(values);
  });

  it("is what the given options ask for", async () => {
    asked.length = 0;
    await valuesOf("rollback", "--stack", "prod", "");
    expect(asked).toEqual([{ stack: "prod" }]);
  });

  it("says what it is", async () => {
    const [rollback] = await candidatesFor(program(), ["rollb"], names);
    expect(rollback).toEqual({ value: "rollback", about: "go back" });
  });
});

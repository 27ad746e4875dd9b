import { LvsError } from "./errors";
import { quote } from "./quote";

/** The line that the shell on a host prints before its user ID, once it runs. */
export const GREETING = "pulumi-lvs-shell";

/**
 * The words that sudo gets after its options. They are the same each time, so that a rule of sudoers can name them,
 * without a wildcard.
 */
export const SHELL_WORDS = ["/bin/sh", "-c", `echo ${GREETING} $(id -u); exec sh -s`] as const;

/** The same as shell text. */
export const SHELL_LINE = SHELL_WORDS.map(quote).join(" ");

/** Names of users that sudoers(5) takes literally: an alias is in capitals, and a group or an ID begins with a sign. */
const USER = /^(?![A-Z][A-Z0-9_]*$)[A-Za-z_][A-Za-z0-9_.@\\-]*\$?$/;

/**
 * The rules of sudoers(5) with which a user who is not root can be used: as root only, and for the one command line
 * that starts our shell.
 */
export function sudoersRules(user: string, asksForPassword: boolean): string {
  if (!USER.test(user)) {
    throw new LvsError(
      "input",
      `${JSON.stringify(user)} is not the name of a user that sudoers can have: ` +
        "give letters, digits, _, -, . or @, and not capitals only, which is an alias there",
    );
  }
  // The other signs of sudoers(5) are in no such name, and those of a command (, : = \ # and patterns) not in ours.
  const name = user.replaceAll(/[\\@]/g, "\\$&");
  return `# What pulumi-lvs needs on a host whose user ${user} is not root: a shell of root that reads commands. It may do
# everything on this host; these rules keep other commands, and other users than root, from sudo.
Defaults:${name} !requiretty
${name} ALL=(root) ${asksForPassword ? "PASSWD" : "NOPASSWD"}: ${SHELL_WORDS.join(" ")}
`;
}

import { LvsError } from "../../values/errors";
import type { Client, Ending } from "../connect";

/** What sudo says, why that is, and what to do about it. sudo(8) speaks English here: LC_ALL=C. */
const answers: readonly { readonly says: RegExp; readonly why: string; readonly remedy: string }[] =
  [
    {
      says: /a password is required|no password was provided/,
      why: "sudo asks for a password",
      remedy:
        "give sudo: { password: ... }, or allow USER to use sudo without one (NOPASSWD in sudoers)",
    },
    {
      says: /is not in the sudoers file|may not run sudo/,
      why: "USER is not in the sudoers file",
      remedy: "add USER to sudoers, or connect as a user who may use sudo",
    },
    {
      says: /is not allowed to (execute|run)/,
      why: "USER is not allowed to run sh as root",
      remedy: "allow it in sudoers: USER ALL=(root) ALL",
    },
    {
      says: /must have a tty|a terminal is required/,
      why: "sudo wants a terminal (requiretty)",
      remedy: "add to sudoers: Defaults:USER !requiretty",
    },
    {
      says: /sudo.*(not found|No such file)/,
      why: "sudo is not there",
      remedy: "install sudo, or connect as root without sudo",
    },
  ];

/** The error for what sudo said on its standard error, if it is known. */
export function sudoError(
  doing: string,
  client: Client,
  stderr: string,
  ending: Ending,
): LvsError | undefined {
  const isAskedAgain =
    ending.lost === "sudo asked again" || /incorrect password|Sorry, try again/.test(stderr);
  const answer = isAskedAgain
    ? {
        why: "the password of sudo is wrong",
        remedy: "check sudo.password, or PULUMI_LVS_SUDO_PASSWORD",
      }
    : answers.find(({ says }) => says.test(stderr));
  if (answer === undefined) return undefined;
  const named = (text: string) => text.replaceAll("USER", client.user);
  const remedy = isAskedAgain ? answer.remedy : named(answer.remedy);
  return new LvsError("connect", `${doing}: ${named(answer.why)}\n  ${remedy}`);
}

import { LvsError } from "../../values/errors";
import type { Client, CloseReason } from "../connect";

/** Messages of sudo(8) under LC_ALL=C, with their cause and a remedy. USER stands for the user of the connection. */
const CAUSES: readonly {
  readonly message: RegExp;
  readonly why: string;
  readonly remedy: string;
}[] = [
  {
    message: /a password is required|no password was provided/,
    why: "sudo asks for a password",
    remedy:
      "give sudo: { password: ... }, or allow USER to use sudo without one (NOPASSWD in sudoers)",
  },
  {
    message: /is not in the sudoers file|may not run sudo/,
    why: "USER is not in the sudoers file",
    remedy:
      "add USER to sudoers (pulumi-lvs sudoers USER prints the rules), or connect as a user who may use sudo",
  },
  {
    message: /is not allowed to (execute|run)/,
    why: "USER is not allowed to run the shell of pulumi-lvs as root",
    remedy: "allow it in sudoers, with the rules that this prints: pulumi-lvs sudoers USER",
  },
  {
    message: /must have a tty|a terminal is required/,
    why: "sudo wants a terminal (requiretty)",
    remedy: "add to sudoers: Defaults:USER !requiretty",
  },
  {
    message: /sudo.*(not found|No such file)/,
    why: "sudo is not installed",
    remedy: "install sudo, or connect as root without sudo",
  },
];

/** The error for a message of sudo; undefined for an unknown message. */
export function sudoError(
  doing: string,
  client: Client,
  stderr: string,
  reason: CloseReason,
): LvsError | undefined {
  const isPasswordWrong =
    reason.why === "sudo asked again" || /incorrect password|Sorry, try again/.test(stderr);
  const cause = isPasswordWrong
    ? {
        why: "the password of sudo is wrong",
        remedy: "check sudo.password, or PULUMI_LVS_SUDO_PASSWORD",
      }
    : CAUSES.find(({ message }) => message.test(stderr));
  if (cause === undefined) return undefined;
  const withUser = (text: string) => text.replaceAll("USER", client.user);
  const remedy = isPasswordWrong ? cause.remedy : withUser(cause.remedy);
  return new LvsError("connect", `${doing}: ${withUser(cause.why)}\n  ${remedy}`);
}

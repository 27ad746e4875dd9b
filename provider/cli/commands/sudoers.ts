import { sudoersRules } from "../../values/rootShell";

/** Prints the rules of sudoers for a user. The command needs neither Pulumi nor a host. */
export function sudoers(user: string, asksForPassword: boolean): void {
  process.stdout.write(sudoersRules(user, asksForPassword));
}

/** An error for the user: the command prints the message without a stack, and exits with code 2. */
export class CliError extends Error {}

/** What a user is told: one message without a stack, and exit code 2. */
export class CliError extends Error {}

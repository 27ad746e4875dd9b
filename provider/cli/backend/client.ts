import { CliError } from "../cliError";

/** Loads a vendor's client, an optional dependency that only some backends need. */
export async function loadClient<Client>(
  name: string,
  load: () => Promise<Client>,
): Promise<Client> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = /^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? "") && message.includes(`'${name}'`);
    if (!isMissing) throw error;
    throw new CliError(
      `the history of this backend is read by ${name}, which is not installed: npm install --save-dev ${name}`,
    );
  }
}

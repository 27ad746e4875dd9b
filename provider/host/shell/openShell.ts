import { randomBytes } from "node:crypto";
import { LvsError } from "../../values/errors";
import { type Channel, type Client, type Connection, type Ending, maskedError } from "../connect";
import { quote } from "./quote";
import { ChannelShell, type Shell } from "./shell";
import { sudoError } from "./sudoErrors";

/** How a shell is opened. */
export interface OpenOptions {
  readonly sudo: Connection["sudo"];
  /** How long sudo and the login shell may take. @default 30 */
  readonly timeLimitSeconds?: number;
  /** What the lock of the host is taken on. @default /run/lock */
  readonly lockDirectory?: string;
}

/** Opens a shell of the user, or of root through sudo, that reads commands for as long as the connection lasts. */
export async function openShell(client: Client, options: OpenOptions): Promise<Shell> {
  const secrets =
    typeof options.sudo === "object" ? [...client.secrets, options.sudo.password] : client.secrets;
  const greeting = randomBytes(16).toString("hex");
  const prompt = randomBytes(16).toString("hex");
  try {
    const channel = await client.exec(startLine(greeting, prompt, options.sudo));
    const uid = await greeted(channel, { greeting, prompt, client, options }).catch((error) => {
      channel.close();
      throw error;
    });
    const { lockDirectory } = options;
    return new ChannelShell({
      channel,
      host: client.host,
      uid,
      secrets,
      ...(lockDirectory !== undefined && { lockDirectory }),
    });
  } catch (error) {
    throw maskedError(error, secrets);
  }
}

/** Text that means the same in bash, dash, zsh, fish and csh; what follows is only read by sh. */
function startLine(greeting: string, prompt: string, sudo: Connection["sudo"]): string {
  const shell = `sh -c ${quote(`echo ${greeting} $(id -u); exec sh -s`)}`;
  if (sudo === false) return `exec ${shell}`;
  const asking = typeof sudo === "object" ? `-S -p ${prompt}` : "-n";
  return `exec env LC_ALL=C sudo ${asking} -- ${shell}`;
}

interface Opening {
  readonly greeting: string;
  readonly prompt: string;
  readonly client: Client;
  readonly options: OpenOptions;
}

/**
 * Waits for the shell to say who it is. The password is only sent as the answer to our own prompt: where sudo does
 * not ask, it would be read by the shell.
 */
function greeted(
  channel: Channel,
  { greeting, prompt, client, options }: Opening,
): Promise<number> {
  const { sudo, timeLimitSeconds = 30 } = options;
  let stdout = "";
  let stderr = "";
  let isAnswered = false;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail({ lost: `no shell in ${timeLimitSeconds} s` }),
      timeLimitSeconds * 1000,
    );
    const fail = (ending: Ending) => {
      clearTimeout(timer);
      const said = `${stderr.replaceAll(prompt, "")}${stdout}`;
      reject(openError(client, options, ending, said));
    };
    channel.onStdout((piece) => {
      stdout = (stdout + piece.toString("latin1")).slice(-4096);
      const uid = new RegExp(`${greeting} (\\d+)\\r?\\n`).exec(stdout)?.[1];
      if (uid === undefined) return;
      clearTimeout(timer);
      resolve(Number(uid));
    });
    channel.onStderr((piece) => {
      stderr = (stderr + piece.toString("latin1")).slice(-4096);
      const prompts = stderr.split(prompt).length - 1;
      if (prompts > 1) {
        fail({ lost: "sudo asked again" });
      } else if (prompts === 1 && !isAnswered && typeof sudo === "object") {
        isAnswered = true;
        channel.write(`${sudo.password}\n`);
      }
    });
    channel.closed.then(fail);
  });
}

function openError(client: Client, { sudo }: OpenOptions, ending: Ending, said: string): LvsError {
  const doing = `opening a shell as ${client.user} on ${client.host}`;
  if (sudo !== false) {
    const known = sudoError(doing, client, said, ending);
    if (known) return known;
  }
  const why =
    ending.lost ??
    `it ended${ending.exitCode === undefined ? "" : ` with exit code ${ending.exitCode}`}`;
  const detail = said.trim() === "" ? "" : `\n  ${said.trim()}`;
  return new LvsError(
    "connect",
    `${doing}: ${why}${detail}
  check that ${client.user} has a shell that runs commands: ssh ${client.user}@${client.host} true`,
  );
}

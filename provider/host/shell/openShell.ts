import { randomBytes } from "node:crypto";
import { LvsError } from "../../values/errors";
import { GREETING, SHELL_LINE } from "../../values/rootShell";
import {
  type Channel,
  type Client,
  type CloseReason,
  type Connection,
  maskedError,
} from "../connect";
import { ChannelShell, type Shell } from "./shell";
import { sudoError } from "./sudoErrors";

/** Options for opening a shell. */
export interface OpenOptions {
  readonly sudo: Connection["sudo"];
  /** The time limit for sudo and the login shell. @default 30 */
  readonly timeLimitSeconds?: number;
  /** The directory to lock. @default /run/lock */
  readonly lockDirectory?: string;
}

/** Opens a shell of the user, or of root through sudo. The shell stays open as long as the connection. */
export async function openShell(client: Client, options: OpenOptions): Promise<Shell> {
  const secrets =
    typeof options.sudo === "object" ? [...client.secrets, options.sudo.password] : client.secrets;
  const prompt = randomBytes(16).toString("hex");
  try {
    const channel = await client.exec(startLine(prompt, options.sudo));
    const uid = await readUid(channel, { prompt, client, options }).catch((error) => {
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

/** The command line that starts sh. The line has the same meaning in bash, dash, zsh, fish and csh. */
function startLine(prompt: string, sudo: Connection["sudo"]): string {
  if (sudo === false) return `exec ${SHELL_LINE}`;
  const asking = typeof sudo === "object" ? `-S -p ${prompt}` : "-n";
  return `exec env LC_ALL=C sudo ${asking} -- ${SHELL_LINE}`;
}

interface Opening {
  readonly prompt: string;
  readonly client: Client;
  readonly options: OpenOptions;
}

/**
 * Waits for the greeting with the user ID of the shell. The password is sent only after our own prompt, because a shell
 * that sudo starts without asking would read the password as a command.
 */
function readUid(channel: Channel, { prompt, client, options }: Opening): Promise<number> {
  const { sudo, timeLimitSeconds = 30 } = options;
  let stdout = "";
  let stderr = "";
  let isPasswordSent = false;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail({ why: `no shell within ${timeLimitSeconds} s` }),
      timeLimitSeconds * 1000,
    );
    const fail = (reason: CloseReason) => {
      clearTimeout(timer);
      const output = `${stderr.replaceAll(prompt, "")}${stdout}`;
      reject(openError(client, options, reason, output));
    };
    channel.onStdout((chunk) => {
      stdout = (stdout + chunk.toString("latin1")).slice(-4096);
      const uid = new RegExp(`${GREETING} (\\d+)\\r?\\n`).exec(stdout)?.[1];
      if (uid === undefined) return;
      clearTimeout(timer);
      resolve(Number(uid));
    });
    channel.onStderr((chunk) => {
      stderr = (stderr + chunk.toString("latin1")).slice(-4096);
      const prompts = stderr.split(prompt).length - 1;
      if (prompts > 1) {
        fail({ why: "sudo asked again" });
      } else if (prompts === 1 && !isPasswordSent && typeof sudo === "object") {
        isPasswordSent = true;
        channel.write(`${sudo.password}\n`);
      }
    });
    channel.closed.then(fail);
  });
}

function openError(
  client: Client,
  { sudo }: OpenOptions,
  reason: CloseReason,
  output: string,
): LvsError {
  const doing = `opening a shell as ${client.user} on ${client.host}`;
  if (sudo !== false) {
    const known = sudoError(doing, client, output, reason);
    if (known) return known;
  }
  const why =
    reason.why ??
    `the shell ended${reason.exitCode === undefined ? "" : ` with exit code ${reason.exitCode}`}`;
  const detail = output.trim() === "" ? "" : `\n  ${output.trim()}`;
  return new LvsError(
    "connect",
    `${doing}: ${why}${detail}
  check that ${client.user} has a shell that runs commands: ssh ${client.user}@${client.host} true`,
  );
}

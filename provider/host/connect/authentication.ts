import type { Endpoint } from "./connection";

/** An authentication method, in the shape that ssh2 expects of an `authHandler`. */
export type Method =
  | { type: "none"; username: string }
  | { type: "publickey"; username: string; key: string; passphrase?: string }
  | { type: "password"; username: string; password: string }
  | { type: "keyboard-interactive"; username: string; prompt: Prompt }
  | { type: "agent"; username: string; agent: string };

type Prompt = (
  name: string,
  instructions: string,
  language: string,
  prompts: readonly unknown[],
  answer: (answers: string[]) => void,
) => void;

/**
 * Chooses the authentication methods that the connection has and the host accepts. The agent comes last, because an
 * agent may have many keys, and a host counts each refused key as a failure (sshd_config(5), MaxAuthTries).
 */
export class Authentication {
  /** The methods that were tried, for the error. */
  readonly tried: string[] = [];
  /** The methods that the host accepts; undefined before the host has named them. */
  accepted: readonly string[] | undefined;
  private readonly untried: Method[];

  constructor(
    private readonly endpoint: Endpoint,
    agentSocket: string | undefined,
  ) {
    this.untried = methodsOf(endpoint, endpoint.agentSocketPath ?? agentSocket);
  }

  /** The next method, or false after the last one. The method "none" comes first, to learn what the host accepts. */
  next(accepted: readonly string[] | null): Method | false {
    if (accepted === null) {
      return { type: "none", username: this.endpoint.user };
    }
    this.accepted = accepted;
    const at = this.untried.findIndex((method) => accepted.includes(protocolName(method)));
    const [method] = at < 0 ? [] : this.untried.splice(at, 1);
    if (method === undefined) return false;
    this.tried.push(describe(method));
    return method;
  }
}

function methodsOf(endpoint: Endpoint, agent: string | undefined): Method[] {
  const { user: username, privateKey: key, privateKeyPassword: passphrase, password } = endpoint;
  return [
    ...(key !== undefined
      ? [
          {
            type: "publickey" as const,
            username,
            key,
            ...(passphrase !== undefined && { passphrase }),
          },
        ]
      : []),
    ...(password !== undefined
      ? [
          { type: "password" as const, username, password },
          { type: "keyboard-interactive" as const, username, prompt: answerWith(password) },
        ]
      : []),
    ...(agent ? [{ type: "agent" as const, username, agent }] : []),
  ];
}

/** Answers each prompt with the password, because the wording of PAM's prompts is not fixed. */
function answerWith(password: string): Prompt {
  return (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => password));
}

function protocolName(method: Method): string {
  return method.type === "agent" ? "publickey" : method.type;
}

function describe(method: Method): string {
  return method.type === "publickey" ? "privateKey" : method.type;
}

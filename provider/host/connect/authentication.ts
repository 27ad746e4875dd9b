import type { Endpoint } from "./connection";

/** A way to prove who we are: the shape that ssh2 takes from an `authHandler`. */
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
 * Offers what the connection has, and only what the host accepts. The agent comes last: it may hold many keys, and a
 * host counts each of them as a failure.
 */
export class Authentication {
  /** What was tried, for the error. */
  readonly tried: string[] = [];
  /** What the host said it accepts, when it said so. */
  accepted: readonly string[] | undefined;
  private readonly left: Method[];

  constructor(
    private readonly endpoint: Endpoint,
    agentSocket: string | undefined,
  ) {
    this.left = methodsOf(endpoint, endpoint.agentSocketPath ?? agentSocket);
  }

  /** The next method, or false when none is left. The first question is what the host accepts. */
  next(accepted: readonly string[] | null): Method | false {
    if (accepted === null) {
      return { type: "none", username: this.endpoint.user };
    }
    this.accepted = accepted;
    const at = this.left.findIndex((method) => accepted.includes(nameOnTheWire(method)));
    const [method] = at < 0 ? [] : this.left.splice(at, 1);
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

/** PAM asks for the password in its own words; what is not asked twice is answered once. */
function answerWith(password: string): Prompt {
  return (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => password));
}

function nameOnTheWire(method: Method): string {
  return method.type === "agent" ? "publickey" : method.type;
}

function describe(method: Method): string {
  return method.type === "publickey" ? "privateKey" : method.type;
}

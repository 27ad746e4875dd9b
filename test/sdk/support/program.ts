import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as lvs from "../../../sdk";

type Sdk = typeof lvs;

/** A resource that a program has registered. */
export interface Registered {
  readonly name: string;
  readonly type: string;
  /** The type without the module: `VirtualService`, `Cluster`. */
  readonly kind: string;
  /** The `__provider` of the resource; undefined for a component. */
  readonly engine: unknown;
  /** The inputs, with { secret: value } for a secret. */
  readonly inputs: Record<string, unknown>;
  /** The names of the resources in `dependsOn`. */
  readonly dependsOn: readonly string[];
  readonly parent: string | undefined;
}

export interface RunOptions {
  /** @default false */
  readonly isPreview?: boolean;
}

interface Request {
  getName(): string;
  getType(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> };
}

const mocks: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
  call: () => ({}),
};

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

/** Runs a program against Pulumi's mocks, and returns its registrations in order. */
export async function run(
  program: (lvs: Sdk) => unknown,
  { isPreview = false }: RunOptions = {},
): Promise<Registered[]> {
  const registered: Registered[] = [];
  await runInto(registered, program, isPreview);
  return registered;
}

async function runInto(
  registered: Registered[],
  program: (lvs: Sdk) => unknown,
  isPreview: boolean,
): Promise<void> {
  await pulumi.runtime.setMocks(mocks, "project", "stack", isPreview);
  const monitor = settings.getMonitor() as unknown as {
    registerResource(request: Request, callback: unknown): Promise<void>;
  };
  const { registerResource } = monitor;
  monitor.registerResource = (request, callback) => {
    const { __provider, ...inputs } = request.getObject().toJavaScript();
    registered.push({
      name: request.getName(),
      type: request.getType(),
      engine: __provider,
      kind: request.getType().replace(/^.*:/, ""),
      inputs: withoutSignatures(inputs) as Record<string, unknown>,
      dependsOn: request.getDependenciesList().map(nameOf).sort(),
      parent: request.getParent() === "" ? undefined : nameOf(request.getParent()),
    });
    return registerResource.call(monitor, request, callback);
  };
  program(lvs);
  await settings.disconnect();
}

/** The outputs of a stack whose program exports the result of the function, with secrets as in `Registered`. */
export async function stackOutputs(program: (lvs: Sdk) => unknown): Promise<unknown> {
  let outputs: unknown;
  await pulumi.runtime.setMocks(mocks, "project", "stack", false);
  const monitor = settings.getMonitor() as unknown as {
    registerResourceOutputs(request: OutputsRequest, callback: unknown): void;
  };
  const { registerResourceOutputs } = monitor;
  monitor.registerResourceOutputs = (request, callback) => {
    if (request.getUrn().includes("pulumi:pulumi:Stack"))
      outputs = withoutSignatures(request.getOutputs().toJavaScript());
    registerResourceOutputs.call(monitor, request, callback);
  };
  await pulumi.runtime.runInPulumiStack(async () => program(lvs) as pulumi.Inputs);
  await settings.disconnect();
  return outputs;
}

/** An output that is unknown in a preview. */
export function later<T>(): pulumi.Output<T> {
  return pulumi.output(pulumi.unknown) as unknown as pulumi.Output<T>;
}

/** An output with a known value. */
export function output<T>(value: T): pulumi.Output<T> {
  return pulumi.output(value) as unknown as pulumi.Output<T>;
}

/** Runs a program that may be refused at once or when its values are known. Returns its registrations and the refusal. */
export async function attempt(
  program: (lvs: Sdk) => unknown,
  { isPreview = false }: RunOptions = {},
): Promise<{ readonly message: string; readonly registered: readonly Registered[] }> {
  const others = process.listeners("unhandledRejection");
  const messages: string[] = [];
  const registered: Registered[] = [];
  const note = (error: unknown) => void messages.push((error as Error).message);
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
  try {
    await runInto(registered, program, isPreview).catch(note);
    // Each promise that depends on the refused promise rejects in a later turn of the event loop.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    return { message: [...new Set(messages)].join("\n"), registered };
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of others) process.on("unhandledRejection", listener);
  }
}

/** The message of a refused program; empty when the program is accepted. */
export async function refusalOf(
  program: (lvs: Sdk) => unknown,
  options: RunOptions = {},
): Promise<string> {
  return (await attempt(program, options)).message;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";

function withoutSignatures(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSignatures);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return { secret: (value as { value?: unknown }).value };
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withoutSignatures(one)]),
  );
}

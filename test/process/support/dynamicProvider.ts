import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  type CheckResponse,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ROOT } from "./package";

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { credentials } = fromPulumi("@grpc/grpc-js") as typeof import("@grpc/grpc-js");

export type Values = Readonly<Record<string, unknown>>;

type Answer<Response> = (error: Error | null, response: Response) => void;

/** Pulumi's process for dynamic providers, called as the engine calls it. */
export class DynamicProvider {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<DynamicProvider> {
    const program = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const nobody = "127.0.0.1:1"; // The address of the engine, which is only needed to show progress.
    const child = spawn(process.execPath, [program, nobody], {
      ...{ cwd: ROOT, env: { ...process.env, ...env } },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = await once(createInterface(child.stdout), "line");
    const address = `127.0.0.1:${port}`;
    return new DynamicProvider(
      child,
      new ResourceProviderClient(address, credentials.createInsecure()),
    );
  }

  async check(news: Values): Promise<{ inputs: Values; failures: string[] }> {
    const request = new CheckRequest();
    request.setOlds(struct({}));
    request.setNews(struct(news));
    const response = await ask<CheckResponse>((answer) => this.client.check(request, answer));
    return {
      inputs: response.getInputs()?.toJavaScript() as Values,
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  async diff(olds: Values, news: Values): Promise<string[]> {
    const request = new DiffRequest();
    request.setId("an id");
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await ask<DiffResponse>((answer) => this.client.diff(request, answer));
    return response.getReplacesList();
  }

  async create(inputs: Values): Promise<string> {
    const request = new CreateRequest();
    request.setProperties(struct(inputs));
    const response = await ask<CreateResponse>((answer) => this.client.create(request, answer));
    return response.getId();
  }

  async delete(properties: Values): Promise<void> {
    const request = new DeleteRequest();
    request.setId("an id");
    request.setProperties(struct(properties));
    await ask((answer) => this.client.delete(request, answer));
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill();
    await once(this.child, "exit");
  }
}

/** The provider's answer to a call. Rejects with the provider's error. */
function ask<Response>(call: (answer: Answer<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

const struct = (values: Values) => Struct.fromJavaScript(values as never);

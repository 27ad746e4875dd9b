import { setTimeout as sleep } from "node:timers/promises";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const urn = "urn:pulumi:dev::lvs::pulumi-nodejs:dynamic/lvs:Director::director1";
const argument = process.argv[2];
let engine: Server;
let received: LogRequest.AsObject[];

beforeEach(() => {
  vi.resetModules();
  received = [];
  engine = new Server();
  const log = (call: { request: LogRequest }, done: (error: null, answer: unknown) => void) => {
    received.push(call.request.toObject());
    done(null, new (require("google-protobuf/google/protobuf/empty_pb.js").Empty)());
  };
  engine.addService(EngineService as never, { log } as never);
});

afterEach(() => {
  engine.forceShutdown();
  process.argv[2] = argument as string;
  vi.restoreAllMocks();
});

function listen(): Promise<number> {
  return new Promise((resolve, reject) =>
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}

async function load() {
  return await import("../../../provider/host/batch/progress.js");
}

describe("logMessage", () => {
  it("shows a status on the row of the resource, and keeps warnings", async () => {
    process.argv[2] = `127.0.0.1:${await listen()}`;
    const { logMessage } = await load();
    logMessage(urn, "observing director1");
    logMessage(undefined, "not verified", "warning");
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 4000 });
    expect(received[0]).toMatchObject({
      urn,
      message: "observing director1",
      severity: 1,
      ephemeral: true,
    });
    expect(received[1]).toMatchObject({
      urn: "",
      message: "not verified",
      severity: 2,
      ephemeral: false,
    });
  });

  it("prints warnings, and no status, without an engine", async () => {
    process.argv[2] = "history";
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const { logMessage } = await load();
    logMessage(urn, "observing director1");
    logMessage(urn, "not verified", "warning");
    await vi.waitFor(() => expect(write).toHaveBeenCalled());
    expect(write.mock.calls).toEqual([["warning: not verified\n"]]);
  });

  it("prints the message if the engine is gone", async () => {
    process.argv[2] = "127.0.0.1:1";
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const { logMessage } = await load();
    logMessage(urn, "unheard", "warning");
    await vi.waitFor(() => expect(write).toHaveBeenCalledWith("warning: unheard\n"), {
      timeout: 4000,
    });
  });
});

describe("the row of a resource", () => {
  it("shows work that takes longer than a second, and no other work", async () => {
    process.argv[2] = `127.0.0.1:${await listen()}`;
    const { ProgressRow } = await load();
    const [slow, ended] = [new ProgressRow(urn), new ProgressRow(urn)];
    slow.show("reading director1");
    ended.show("reading director2");
    await sleep(100);
    slow.show("add tcp 192.0.2.80:80");
    ended.clear();
    await vi.waitFor(() => expect(received).not.toEqual([]), { timeout: 4000 });
    await sleep(500);
    expect(received.map(({ message }) => message)).toEqual(["add tcp 192.0.2.80:80"]);
    expect(received[0]).toMatchObject({ urn, ephemeral: true });
  });
});

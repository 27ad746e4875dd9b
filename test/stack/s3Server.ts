import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { atExit } from "../lab/run";
import { ensureS3Server } from "../toolchain/s3Server";

/** A local S3 server with an empty bucket `state` in memory. */
export interface S3Server {
  /** The URL of a backend in the bucket, below a path. */
  backend(path: string): string;
  /** The environment for clients. The server accepts any credentials. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

export async function startS3Server(): Promise<S3Server> {
  const program = await ensureS3Server();
  const args = ["-backend", "memory", "-host", "127.0.0.1:0", "-initialbucket", "state"];
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const forget = atExit(() => server.kill());
  const port = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
    createInterface(server.stderr).on("line", (line) => {
      const [, found] = /using port: (\d+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const query = `endpoint=http://127.0.0.1:${port}&s3ForcePathStyle=true&region=us-east-1`;
  return {
    backend: (path) => `s3://state/${path}?${query}`,
    env: { AWS_ACCESS_KEY_ID: "a test", AWS_SECRET_ACCESS_KEY: "another" },
    stop() {
      forget();
      server.kill();
    },
  };
}

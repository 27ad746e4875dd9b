import { createRequire } from "node:module";

/** The severity of a message. Pulumi shows "status" only while the resource's row is active. */
export type Severity = "status" | "info" | "warning" | "error";

/** Work that is quicker shows no message, because each message costs Pulumi's engine time. */
const DELAY_MILLISECONDS = 1000;

/** The row of a resource in Pulumi's output. A message appears if the work takes longer than a second. */
export class ProgressRow {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly urn: string) {}

  show(message: string): void {
    this.clear();
    this.timer = setTimeout(() => logMessage(this.urn, message), DELAY_MILLISECONDS);
  }

  /** Shows the message at once, for work that is known to take long. */
  showNow(message: string): void {
    this.clear();
    logMessage(this.urn, message);
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

/** Sends a message to the engine that started this process. */
type Log = (urn: string, message: string, severity: Severity) => void;

let log: Promise<Log | undefined> | undefined;

/**
 * Shows a message to the user, on the row of the resource if its URN is given. Never throws and never waits. Without
 * Pulumi's engine (on the command line, in a test) warnings and errors go to stderr.
 */
export function logMessage(
  urn: string | undefined,
  message: string,
  severity: Severity = "status",
): void {
  log ??= connectToEngine(process.argv[2]).catch(() => undefined);
  log
    .then((send) => (send ?? printMessage)(urn ?? "", message, severity))
    .catch(() => printMessage(urn ?? "", message, severity));
}

/** A dynamic provider's pulumi.log is not connected to the engine, so the engine's gRPC interface is used. */
async function connectToEngine(address: string | undefined): Promise<Log | undefined> {
  if (address === undefined || !/^[^/\s]+:\d+$/.test(address)) return undefined;
  // Only @pulumi/pulumi depends on gRPC: with pnpm, no other package can import gRPC.
  const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials } = fromPulumi("@grpc/grpc-js");
  const { EngineClient } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  const { LogRequest, LogSeverity } = await import("@pulumi/pulumi/proto/engine_pb.js");
  const client = new EngineClient(address, credentials.createInsecure());
  const severities = {
    status: LogSeverity.INFO,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
    error: LogSeverity.ERROR,
  };
  return (urn, message, severity) => {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setMessage(message);
    request.setSeverity(severities[severity]);
    request.setEphemeral(severity === "status");
    client.log(request, (error: unknown) => {
      if (error) printMessage(urn, message, severity);
    });
  };
}

function printMessage(_urn: string, message: string, severity: Severity): void {
  if (severity === "warning" || severity === "error") {
    process.stderr.write(`${severity}: ${message}\n`);
  }
}

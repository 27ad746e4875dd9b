import { createRequire } from "node:module";

/** How much a message matters; "status" is only shown while the resource's row is at work. */
export type Severity = "status" | "info" | "warning" | "error";

/** What takes longer than this is said on the row of its resource. */
const QUICK_MILLISECONDS = 1000;

/** The row of a resource: it says what the resource is at, when that takes longer than a second. */
export class Row {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly urn: string) {}

  at(message: string): void {
    this.end();
    this.timer = setTimeout(() => report(this.urn, message), QUICK_MILLISECONDS);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** A connection to the engine that started this process. */
type Log = (urn: string, message: string, severity: Severity) => void;

let log: Promise<Log | undefined> | undefined;

/**
 * Tells the user something, on the row of the resource when its URN is known. Never throws and never waits. Where there
 * is no engine to tell (the command line, a test), warnings and errors go to stderr.
 */
export function report(
  urn: string | undefined,
  message: string,
  severity: Severity = "status",
): void {
  log ??= connectToEngine(process.argv[2]).catch(() => undefined);
  log
    .then((tell) => (tell ?? printed)(urn ?? "", message, severity))
    .catch(() => printed(urn ?? "", message, severity));
}

/** pulumi.log is not connected in a dynamic provider, so this is the engine's own interface. */
async function connectToEngine(address: string | undefined): Promise<Log | undefined> {
  if (address === undefined || !/^[^/\s]+:\d+$/.test(address)) return undefined;
  // Pulumi depends on gRPC, and we do not: under pnpm only Pulumi finds it.
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
      if (error) printed(urn, message, severity);
    });
  };
}

function printed(_urn: string, message: string, severity: Severity): void {
  if (severity === "warning" || severity === "error") {
    process.stderr.write(`${severity}: ${message}\n`);
  }
}

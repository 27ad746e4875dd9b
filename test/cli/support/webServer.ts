import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** The answer of a small server to a request. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A local server that stands for a service on the Internet. */
export interface WebServer {
  /** The URL of the server, without a slash at the end. */
  readonly url: string;
  stop(): void;
}

export async function startWebServer(
  answer: (url: URL, request: IncomingMessage) => Answer,
): Promise<WebServer> {
  const server = createServer((request, response) => {
    const {
      status = 200,
      headers = {},
      body,
    } = answer(new URL(request.url ?? "", "http://localhost"), request);
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

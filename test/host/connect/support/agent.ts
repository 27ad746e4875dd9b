import { createServer } from "node:net";
import type { Duplex } from "node:stream";
import { AgentProtocol, type ParsedKey, utils } from "ssh2";

/** Starts an SSH agent in this process, on its own socket. */
export function startAgent(path: string, privateKeys: readonly string[]) {
  const keys = privateKeys.map((key) => utils.parseKey(key) as ParsedKey);
  const server = createServer((socket) => {
    const protocol = new AgentProtocol(false);
    protocol.on("identities", (request) => protocol.getIdentitiesReply(request, keys));
    protocol.on("sign", (request, publicKey, data, options) => {
      const wanted = (publicKey as ParsedKey).getPublicSSH();
      const key = keys.find((candidate) => candidate.getPublicSSH().equals(wanted));
      const signature = key?.sign(data, options.hash);
      if (signature === undefined || signature instanceof Error)
        return protocol.failureReply(request);
      return protocol.signReply(request, signature);
    });
    socket.on("error", () => undefined);
    socket.pipe(protocol as unknown as Duplex).pipe(socket);
  });
  const agent = {
    path,
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
  return new Promise<typeof agent>((resolve) => server.listen(path, () => resolve(agent)));
}

// The Ethernet of a lab: node ethernet.mjs NETWORK=SOCKET ... It passes each frame that comes in at a socket of a network
// on to the other sockets of that network, as QEMU frames them: four bytes of length, then the frame. A host that takes
// no frames, since it boots or is switched off, loses them, which is printed, and holds nobody up. QEMU's own hub waits
// for such a host.
import { createServer } from "node:net";

/** What may wait for a host before it loses frames, in bytes. */
const LONGEST_QUEUE = 64 * 1024;

/** The connected hosts of each network. */
const networks = new Map();
const servers = process.argv.slice(2).map((word) => {
  const [network, path] = word.split("=");
  if (!networks.has(network)) networks.set(network, new Set());
  const ports = networks.get(network);
  const server = createServer((socket) => join(ports, { path, socket, lost: 0 }));
  return new Promise((resolve) => server.listen(path, resolve));
});

function join(ports, port) {
  const { socket } = port;
  ports.add(port);
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = endOfFrames(data);
    rest = data.subarray(end);
    if (end > 0) send(ports, port, data.subarray(0, end));
  });
  socket.on("error", () => {}); // the host was switched off
  socket.on("close", () => ports.delete(port));
}

/** Where the last whole frame ends. */
function endOfFrames(data) {
  let end = 0;
  while (data.length >= end + 4) {
    const next = end + 4 + data.readUInt32BE(end);
    if (next > data.length) break;
    end = next;
  }
  return end;
}

function send(ports, sender, frames) {
  for (const port of ports) {
    if (port === sender) continue;
    if (port.socket.writableLength < LONGEST_QUEUE) port.socket.write(frames);
    else reportLoss(port);
  }
}

/** Prints the losses of a host whenever they have doubled. */
function reportLoss(port) {
  port.lost += 1;
  if (Number.isInteger(Math.log2(port.lost)))
    console.log(`${new Date().toISOString()} lost ${port.lost} frames for ${port.path}`);
}

await Promise.all(servers);
console.log("ready");

import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hubWords, startHub, waitForHub } from "./hub";
import type { LabProcess } from "./process";
import { waitUntil } from "./run";
import { type HostPlan, TOPOLOGIES } from "./topology";

const topology = TOPOLOGIES.nat;
const HOSTS = ["client", "director1", "web1", "web2"].map(
  (name) => topology.hosts.find((host) => host.name === name) as HostPlan,
);

let directory: string;
let hub: LabProcess;
const sockets: Socket[] = [];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "hub-"));
  hub = startHub(topology, HOSTS, directory, false);
  await waitForHub(hub);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await hub.kill();
  rmSync(directory, { recursive: true });
});

/** An interface that is plugged in, and the frames that it has taken. */
async function plugIn(name: string) {
  const socket = connect(join(directory, `${name}.sock`));
  sockets.push(socket);
  await new Promise((resolve) => socket.once("connect", resolve));
  let taken = "";
  socket.on("data", (data) => {
    taken += data.toString("latin1");
  });
  return { socket, frames: () => taken.split(/\0\0../s).slice(1) };
}

const frame = (text: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
};

describe("the hub", () => {
  it("passes a frame on to all others of the network, whatever pieces it comes in", async () => {
    const [outside, inside, web1, web2] = await Promise.all(
      ["director1-eth1", "director1-eth2", "web1-eth1", "web2-eth1"].map(plugIn),
    );
    const sent = Buffer.concat([frame("one"), frame("two"), frame("three")]);
    for (const byte of sent) {
      inside?.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const port of [web1, web2])
      await waitUntil("the frames", () => port?.frames().length === 3, 20_000);
    expect(web1?.frames()).toEqual(["one", "two", "three"]);
    expect(inside?.frames()).toEqual([]);
    expect(outside?.frames()).toEqual([]);
  });

  it("is not held up by a host that takes no frames", async () => {
    const [inside, web1, booting] = await Promise.all(
      ["director1-eth2", "web1-eth1", "web2-eth1"].map(plugIn),
    );
    booting?.socket.pause();
    const text = "x".repeat(1000);
    for (let sent = 1; sent <= 2000; sent += 1) {
      inside?.socket.write(frame(text));
      if (sent % 20 === 0) await waitUntil("it", () => web1?.frames().length === sent, 20_000, 1);
    }
    booting?.socket.resume();
    await waitUntil("what has waited", () => (booting?.frames().length ?? 0) > 0, 20_000);
    expect(booting?.frames().length).toBeLessThan(1000);
  });

  it("finds a host again that was switched off", async () => {
    const inside = await plugIn("director1-eth2");
    (await plugIn("web1-eth1")).socket.destroy();
    const web1 = await plugIn("web1-eth1");
    // A frame is lost until the hub has taken the socket in.
    const arrives = () => {
      inside.socket.write(frame("again"));
      return web1.frames().length > 0;
    };
    await waitUntil("the frame", arrives, 20_000, 20);
    expect(web1.frames()[0]).toBe("again");
  });

  it("has a unix socket for each interface, and no other way in", () => {
    expect(hubWords(topology, HOSTS.slice(0, 3), "/run")).toEqual([
      "0=/run/client-eth1.sock",
      "0=/run/director1-eth1.sock",
      "1=/run/director1-eth2.sock",
      "1=/run/web1-eth1.sock",
    ]);
  });
});

import { connect } from "node:net";

/** Whether an SSH server sends its banner, which is a cheap test while a host boots. */
export function hasBanner(port: number, timeoutMs = 1500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.on("data", (data) => finish(data.toString().startsWith("SSH-")));
    socket.on("error", () => finish(false));
    socket.on("close", () => finish(false));
  });
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stack } from "../../stack/stack";
import { type Lab, startLab } from "../lab";
import { namesIn, of, type Piece, PROGRAM, reach, said, virtualIp } from "./support/pieces";

describe("a host that is gone", () => {
  let lab: Lab;
  let stack: Stack;
  let host: string;

  const vip = (name: string, last: number, options: Piece["options"] = {}): Piece => ({
    ...virtualIp(reach(lab, "director1"), `192.0.2.${last}`, name),
    options,
  });
  const machine: Piece = { kind: "Later", name: "machine", args: { size: 1 } };
  const onMachine = () => vip("onMachine", 81, { deletedWith: { $ref: "machine" } });
  const retained = () => vip("retained", 82, { retainOnDelete: true });
  const other = () => vip("other", 83);
  const succeeds = async (run: ReturnType<Stack["up"]>) => {
    const ended = await run;
    expect(ended.exitCode, said(ended)).toBe(0);
    return said(ended);
  };

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["director1"] });
    stack = await Stack.create({ program: PROGRAM });
    await stack.config({}, { privateKey: lab.connection("director1").privateKey });
    host = `127.0.0.1:${lab.connection("director1").port}`;
    const plain = [vip("onMachine", 81), vip("retained", 82), other()];
    await succeeds(stack.up(...of(machine, ...plain)));
    await lab.host("director1").kill();
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("keeps its resources in the state when a refresh cannot read it", async () => {
    // Secrets are encrypted anew each time the state is written.
    const state = () => stack.resources().map(({ id, inputs }) => [id, inputs.address]);
    const before = state();
    const run = await stack.refresh();
    expect(run.exitCode).not.toBe(0);
    expect(said(run)).toContain(`connecting to ${host}: 127.0.0.1 port`);
    expect(said(run)).toContain("cannot be reached: the connection was refused");
    expect(state()).toEqual(before);
  });

  it("keeps a resource that cannot be deleted in the state, and the error says what to do", async () => {
    const run = await stack.up(...of(machine, vip("onMachine", 81), vip("retained", 82)));
    expect(run.exitCode).not.toBe(0);
    for (const way of [
      `If ${host} is gone for good, there are three ways out`,
      `PULUMI_LVS_FORGET=${host} pulumi up`,
      "retainOnDelete: true",
      "deletedWith",
    ]) {
      expect(said(run)).toContain(way);
    }
    expect(namesIn(stack)).toEqual(["onMachine", "other", "retained"]);
  });

  it("does not stop the removal of a resource with retainOnDelete", async () => {
    await succeeds(stack.up(...of(machine, onMachine(), retained(), other())));
    await succeeds(stack.up(...of(machine, onMachine(), other())));
    expect(namesIn(stack)).toEqual(["onMachine", "other"]);
  });

  it("does not stop the removal of a resource with deletedWith, together with its machine", async () => {
    await succeeds(stack.up(...of(other())));
    expect(namesIn(stack)).toEqual(["other"]);
  });

  it("does not stop a destroy when PULUMI_LVS_FORGET names it, and a message says so", async () => {
    stack.env.PULUMI_LVS_FORGET = `elsewhere, ${host}`;
    expect(await succeeds(stack.destroy())).toContain(
      `${host} is forgotten (PULUMI_LVS_FORGET): nothing was undone on it`,
    );
    expect(namesIn(stack)).toEqual([]);
  });
});

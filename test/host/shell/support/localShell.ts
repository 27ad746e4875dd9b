import { afterEach, beforeEach } from "vitest";
import type { GroupCommand } from "../../../../provider/host/shell/groupText";
import { openShell } from "../../../../provider/host/shell/openShell";
import type { Shell } from "../../../../provider/host/shell/shell";
import { command } from "../../../../provider/values/command";
import { type LocalClient, localClient } from "./localChannel";

export let client: LocalClient;
export let shell: Shell;

/** Opens a shell on this machine for each test of a file. */
export function eachTestHasAShell(): void {
  beforeEach(async () => {
    client = localClient();
    shell = await openShell(client, { sudo: false });
  });
  afterEach(() => {
    shell.close();
    client.kill();
  });
}

/** A command of a group, as shell text. */
export function sh(text: string, mayFail = false): GroupCommand {
  return { run: command("sh", "-c", text), mayFail };
}

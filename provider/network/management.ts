import { command } from "../values/command";
import type { Fact } from "../values/fact";

/** The addresses of the SSH connection that manages the host, as the host sees them; undefined when it cannot tell. */
export type Management = { readonly client: string; readonly server: string } | undefined;

// sudo drops SSH_CONNECTION, so the environments of the parent processes are searched as well.
const ASK = [
  'pid=$$; while [ "$pid" -gt 1 ]; do',
  "line=$(tr '\\0' '\\n' < \"/proc/$pid/environ\" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p');",
  '[ -n "$line" ] && { echo "$line"; break; };',
  "pid=$(sed -n 's/^PPid:[[:space:]]*//p' \"/proc/$pid/status\"); done; :",
].join(" ");

/** From where and to which address of the host the management connection comes (sshd(8), SSH_CONNECTION). */
export const managementFact: Fact<Management> = {
  commands: [command("sh", "-c", ASK)],
  parse([shown]) {
    const [client, , server] = (shown?.stdout ?? "").trim().split(" ");
    return client && server ? { client, server } : undefined;
  },
};

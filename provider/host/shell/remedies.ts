import type { Result } from "../../values/command";
import { LvsError } from "../../values/errors";
import { commandLine } from "../../values/quote";
import type { Step } from "../../values/step";

/** Messages of tools, and the remedy for each. */
const REMEDIES: readonly (readonly [message: RegExp, remedy: string])[] = [
  [
    /Module ip_vs not found/,
    "the kernel of this host has no IPVS: install a kernel with CONFIG_IP_VS (Debian: linux-image-amd64; a container has the kernel of its host)",
  ],
  [
    /Module (ip_vs_\w+) not found/,
    "the kernel of this host does not have this scheduler: choose one that it has (ls /lib/modules/$(uname -r)/kernel/net/netfilter/ipvs)",
  ],
  [
    /Module (\w+) not found/,
    "the kernel of this host does not have this module: install the full kernel package",
  ],
  [
    /Scheduler or persistence engine not found/,
    "the kernel of this host does not have this scheduler",
  ],
  [/not found$|No such file or directory/, "a program is missing on this host"],
  [
    /Permission denied|Operation not permitted/,
    "the user needs root rights: connect as root, or set sudo: true",
  ],
  [/No space left/, "the disk of this host is full"],
  // dash does not say why it cannot write.
  [/printf: I\/O error/, "a disk of this host is full, or cannot be written"],
  [/Read-only file system/, "a file system of this host is read-only (is it a container?)"],
];

/** The error of a failed step: the purpose of the step, the host, the tool's message, the command and a remedy. */
export function failedStep(step: Step, result: Result | undefined, host: string): LvsError {
  const message = result?.stderr.trim() || `exit code ${result?.exitCode ?? "unknown"}`;
  const remedy = REMEDIES.find(([pattern]) => pattern.test(message))?.[1];
  return new LvsError(
    "command",
    [
      `cannot ${step.description} on ${host}: ${message}`,
      `  command: ${shorten(commandLine(step.run))}`,
      remedy,
    ]
      .filter(Boolean)
      .join("\n"),
  );
}

function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}...` : text;
}

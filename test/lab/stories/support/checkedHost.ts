import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../../../toolchain/command";
import type { LabHost } from "../../host";
import { makeRunDirectory, removeRunDirectory } from "../../run";

const PROGRAM = join(__dirname, "../../guest/checked.py");
// Whole groups of base64, of less than a command line may have.
const CHUNK = /.{1,40000}/g;
const PING = ["net.ipv4.icmp_echo_ignore_all", "net.ipv6.icmp.echo_ignore_all"];

/** A real server that answers every type of health check; over TLS on port 7006, with a certificate of one day. */
export class CheckedHost {
  private constructor(private readonly host: LabHost) {}

  static async begin(host: LabHost): Promise<CheckedHost> {
    await put(host, "/run/checked.py", readFileSync(PROGRAM, "utf8"));
    await put(host, "/run/checked.pem", await certificate());
    const checked = new CheckedHost(host);
    await checked.answer();
    return checked;
  }

  /** Answers, and answers right. */
  async answer(): Promise<void> {
    const tls =
      "socat OPENSSL-LISTEN:7006,pf=ip6,ipv6only=0,fork,reuseaddr,cert=/run/checked.pem,verify=0 TCP4:127.0.0.1:7002";
    await this.host.mustRun(`rm -f /run/wrong
systemctl is-active -q checked || systemd-run -q --unit=checked sh -c '${tls} & exec python3 /run/checked.py'
sysctl -q ${PING.map((name) => `${name}=0`).join(" ")}`);
  }

  /** Answers wrongly or too late, where it answers at all. */
  async answerWrongly(): Promise<void> {
    await this.host.mustRun("touch /run/wrong");
  }

  /** Answers nothing, not even a ping. */
  async fallSilent(): Promise<void> {
    const sysctls = PING.map((name) => `${name}=1`).join(" ");
    await this.host.mustRun(`systemctl stop checked; sysctl -q ${sysctls}`);
  }
}

/** Puts a file on a host. */
export async function put(host: LabHost, path: string, text: string, mode = "644"): Promise<void> {
  const chunks = Buffer.from(text).toString("base64").match(CHUNK) ?? [];
  await host.mustRun(`: >${path}; chmod ${mode} ${path}`);
  for (const chunk of chunks) await host.mustRun(`echo ${chunk} | base64 -d >>${path}`);
}

async function certificate(): Promise<string> {
  const directory = makeRunDirectory();
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) =>
    join(directory, name),
  ) as [string, string];
  await command([
    ...["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"],
    ...["-subj", "/CN=shop.example", "-keyout", key, "-out", certificate],
  ]);
  const text = readFileSync(key, "utf8") + readFileSync(certificate, "utf8");
  removeRunDirectory(directory);
  return text;
}

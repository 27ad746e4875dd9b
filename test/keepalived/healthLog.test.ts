import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { healthLogFact } from "../../provider/keepalived/healthLog";

/** keepalived 2.2.7, by `journalctl -u pulumi-lvs-health -o short-unix`. */
const JOURNAL = `1796080600.100000 director1 Keepalived_healthcheckers[901]: TCP connection to [192.0.2.11]:tcp:80 success.
1796080600.200000 director1 Keepalived_healthcheckers[901]: Enabling service [192.0.2.11]:tcp:80 of VS [192.0.2.80]:tcp:80
1796080601.300000 director1 Keepalived_healthcheckers[901]: Enabling service [2001:db8::12]:tcp:80 of VS [2001:db8::80]:tcp:80
1796080605.000000 director1 systemd[1]: Reloaded pulumi-lvs-health.service.
1796080609.400000 director1 Keepalived_healthcheckers[901]: TCP_CHECK on service [2001:db8::12]:tcp:80 failed after 1 retries.
1796080609.500000 director1 Keepalived_healthcheckers[901]: Disabling service [2001:db8::12]:tcp:80 of VS [2001:db8::80]:tcp:80
1796080609.600000 director1 Keepalived_healthcheckers[901]: Lost quorum 1-0=1 > 0 for VS [2001:db8::80]:tcp:80
`;

/** What the fact reads of a journal, by the awk of this machine. */
function read(journal: string) {
  const [{ argv } = { argv: [] as readonly string[] }] = healthLogFact.commands;
  const text = (argv[2] ?? "").replace(/^journalctl [^|]*/, "cat ");
  const { stdout } = spawnSync("sh", ["-c", text], { input: journal, encoding: "utf8" });
  return healthLogFact.parse([{ stdout, stderr: "", exitCode: 0 }]);
}

describe("healthLogFact", () => {
  it("has the last change of each real server, when it was, and why", () => {
    const log = read(JOURNAL);
    expect([...log].sort()).toEqual([
      ["tcp 192.0.2.80:80 -> 192.0.2.11:80", { isUp: true, at: new Date(1796080600200) }],
      [
        "tcp [2001:db8::80]:80 -> [2001:db8::12]:80",
        {
          ...{ isUp: false, at: new Date(1796080609500) },
          why: "TCP_CHECK on service [2001:db8::12]:tcp:80 failed after 1 retries.",
        },
      ],
    ]);
  });

  it("is empty without a journal, and for messages of another keepalived", () => {
    expect(read("")).toEqual(new Map());
    const other = "1.5 d k[1]: Disabling service web1 of VS shop\n";
    expect(read(other)).toEqual(new Map());
  });

  it("cuts a long message off", () => {
    const long = `1.5 d k[1]: ${"x".repeat(9999)}\n1.6 d k[1]: Disabling service [10.0.0.1]:udp:53 of VS [10.0.0.2]:udp:53\n`;
    expect(read(long).get("udp 10.0.0.2:53 -> 10.0.0.1:53")?.why).toHaveLength(300);
  });
});

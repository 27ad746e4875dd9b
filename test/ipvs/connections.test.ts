import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  connectionsFact,
  type ServiceRealServer,
  serviceConnectionsFact,
} from "../../provider/ipvs/connections";
import type { EndpointKey, RealServerKey } from "../../provider/ipvs/model";

const fixture = (name: string) =>
  readFileSync(join(__dirname, `../fixtures/ipvs/connections.nat.${name}.linux-6.1.txt`), "utf8");
const [list, connections] = [fixture("list"), fixture("connections")];

const vip = "198.51.100.80";
const service = (more: Partial<EndpointKey> = {}): EndpointKey => ({
  ...{ kind: "endpoint", protocol: "tcp", vip, port: 80 },
  ...more,
});
const web1: RealServerKey = { rip: "10.0.0.11", port: 80 };
const web2: RealServerKey = { rip: "10.0.0.12", port: 80 };
const six: ServiceRealServer = {
  service: service({ vip: "2001:db8:0:1::80" }),
  realServer: { rip: "2001:db8:0:10::11", port: 80 },
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-connections-"));
  const ipvsadm = '#!/bin/sh\necho "Timeout (tcp tcpfin udp): 900 120 300"\n';
  writeFileSync(join(directory, "ipvsadm"), ipvsadm, { mode: 0o755 });
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Counts on a host whose kernel shows these texts; undefined: ip_vs is not loaded. */
function count(
  realServers: readonly ServiceRealServer[],
  texts: { list?: string | undefined; connections?: string } = { list, connections },
  path = `${directory}:${process.env.PATH}`,
  fact = connectionsFact(realServers),
) {
  const files = { ip_vs: texts.list, ip_vs_conn: texts.connections };
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) rmSync(join(directory, name), { force: true });
    else writeFileSync(join(directory, name), text);
  }
  const [, , script = ""] = fact.commands[0]?.argv ?? [];
  const { stdout, stderr, status } = spawnSync(
    "sh",
    ["-c", script.replaceAll("/proc/net/", `${directory}/`)],
    { encoding: "utf8", input: fact.commands[0]?.stdin ?? "", env: { PATH: path } },
  );
  return Object.fromEntries(fact.parse([{ stdout, stderr, exitCode: status ?? -1 }]));
}

/** The lists of another director, in which one thing is different. */
const withMethod = (method: string) => ({ list: list.replaceAll("Masq ", method), connections });
const withExpiry = (state: string, seconds: number, texts = { list, connections }) => ({
  ...texts,
  connections: texts.connections.replace(
    new RegExp(`(${state} +)\\d+$`, "m"),
    (_all, before: string) => `${before}${seconds}`,
  ),
});

describe("connectionsFact", () => {
  it("counts active connections, and not those in TIME_WAIT", () => {
    expect(count([{ service: service(), realServer: web2 }])).toEqual({
      "tcp 198.51.100.80:80 -> 10.0.0.12:80": 2,
    });
  });

  it("counts connections that the real server has closed and the client has not", () => {
    expect(count([{ service: service(), realServer: web1 }])).toEqual({
      "tcp 198.51.100.80:80 -> 10.0.0.11:80": 2,
    });
  });

  it("counts connections that the client has closed and the real server has not, on every port", () => {
    const every = { service: service({ port: 0 }), realServer: { ...web2, port: 0 } };
    expect(count([every])).toEqual({ "tcp 198.51.100.80:0 -> 10.0.0.12:0": 1 });
  });

  it("counts those of IPv6", () => {
    expect(count([six])).toEqual({
      "tcp [2001:db8:0:1::80]:80 -> [2001:db8:0:10::11]:80": 1,
    });
  });

  it("counts associations of SCTP, and not those that are closed", () => {
    const sctp = { service: service({ protocol: "sctp" }), realServer: web1 };
    expect(count([sctp])).toEqual({ "sctp 198.51.100.80:80 -> 10.0.0.11:80": 1 });
  });

  it("counts associations of SCTP that shut down, while they carry data", () => {
    const sctp = { service: service({ protocol: "sctp" }), realServer: web1 };
    const inState = (state: string) => ({
      list,
      connections: connections.replace(/CLOSED /, `${state} `),
    });
    for (const state of ["S-SENT", "S-RECEIVED", "C-ECHOED", "INIT1"])
      expect(Object.values(count([sctp], inState(state)))).toEqual([2]);
    for (const state of ["S-ACK-SENT", "REJECTED", "NONE"])
      expect(Object.values(count([sctp], inState(state)))).toEqual([1]);
  });

  it("counts flows of UDP only while packets come", () => {
    const udp = { service: service({ protocol: "udp" }), realServer: web1 };
    expect(count([udp])).toEqual({});
    expect(count([udp], withExpiry("UDP", 295))).toEqual({
      "udp 198.51.100.80:80 -> 10.0.0.11:80": 1,
    });
  });

  it("counts connections that a client closes only while packets come, where replies pass the director by", () => {
    for (const method of ["Route ", "Tunnel "]) {
      const quiet = withMethod(method);
      const asked = [{ service: service(), realServer: web1 }];
      expect(Object.values(count(asked, quiet))).toEqual([1]);
      expect(Object.values(count(asked, withExpiry("FIN_WAIT", 116, quiet)))).toEqual([2]);
    }
  });

  it("takes them for alive when the timeouts cannot be read", () => {
    const asked = [{ service: service(), realServer: web1 }];
    expect(Object.values(count(asked, withMethod("Route "), process.env.PATH))).toEqual([2]);
  });

  it("counts only those that are asked for", () => {
    const other = { service: service(), realServer: { rip: "10.0.0.99", port: 80 } };
    expect(count([other])).toEqual({});
    expect(Object.keys(count([six, { service: service(), realServer: web2 }])).length).toBe(2);
  });

  it("does not read the connections of real servers that have active ones only", () => {
    const active = list.replaceAll(/(\d+ +)\d+( +)$/gm, "$10$2");
    const asked = [{ service: service(), realServer: web2 }];
    expect(count(asked, { list: active, connections: "not to be read\n" })).toEqual(
      count(asked, { list: active, connections }),
    );
  });

  it("counts all inactive ones of a director that has too many connections to read", () => {
    const busy = list.replace(
      /(0A00000B:0050 +Masq +1 +)1( +)3 /,
      (_all, a, b) => `${a}1${b}30000 `,
    );
    const asked = [{ service: service(), realServer: web1 }];
    expect(Object.values(count(asked, { list: busy, connections }))).toEqual([30_001]);
  });

  it("counts those of all real servers of a virtual service together", () => {
    const services = [service(), service({ port: 0 }), service({ port: 8080 })];
    const asked = serviceConnectionsFact(services);
    expect(count([], { list, connections }, undefined, asked)).toEqual({
      ...{ "tcp 198.51.100.80:80": 4, "tcp 198.51.100.80:0": 1, "tcp 198.51.100.80:8080": 0 },
    });
    expect(count([], { connections }, undefined, asked)["tcp 198.51.100.80:80"]).toBe(0);
  });

  it("finds none where ip_vs is not loaded", () => {
    expect(count([six], { connections })).toEqual({});
  });

  it("fails when connections cannot be counted", () => {
    const failed = { stdout: "", stderr: "awk: not found", exitCode: 127 };
    expect(() => connectionsFact([six]).parse([failed])).toThrow(/cannot count.*awk: not found/);
    const odd = { stdout: "12\n", stderr: "", exitCode: 0 };
    expect(() => connectionsFact([six]).parse([odd])).toThrow(/cannot read line 1/);
  });
});

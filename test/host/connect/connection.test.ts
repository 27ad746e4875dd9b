import type { types } from "@pulumi/command";
import { describe, expect, it } from "vitest";
import {
  type ConnectionInput,
  connectionSchema,
  hostId,
  secretsOf,
} from "../../../provider/host/connect/connection";

type Plain<T> = T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

function reasons(value: unknown): string[] {
  return connectionSchema.safeParse(value).error?.issues.map((issue) => issue.message) ?? [];
}

describe("connectionSchema", () => {
  it("fills in the defaults", () => {
    expect(connectionSchema.parse({ host: "director1" })).toEqual({
      host: "director1",
      port: 22,
      user: "root",
      dialErrorLimit: 10,
      perDialTimeout: 15,
      sudo: false,
    });
  });

  it("fills in the defaults of the proxy", () => {
    const { proxy } = connectionSchema.parse({
      host: "director1",
      proxy: { host: "jump", port: 2222 },
    });
    expect(proxy).toMatchObject({ host: "jump", port: 2222, user: "root", perDialTimeout: 15 });
  });

  it("accepts the arguments of @pulumi/command", () => {
    type Fields = keyof types.input.remote.ConnectionArgs;
    type ProxyFields = keyof types.input.remote.ProxyConnectionArgs;
    const all: Record<Fields, unknown> & Plain<ConnectionInput> = {
      host: "director1",
      port: 2222,
      user: "admin",
      password: "x",
      privateKey: "x",
      privateKeyPassword: "x",
      agentSocketPath: "/tmp/agent",
      dialErrorLimit: -1,
      perDialTimeout: 0,
      hostKey: "ssh-ed25519 AAAA",
      proxy: { host: "jump" } satisfies Partial<Record<ProxyFields, unknown>>,
    };
    expect(reasons(all)).toEqual([]);
  });

  it.each([
    [{ host: "a", port: 0 }, "port is 0: use a whole number from 1 to 65535"],
    [
      { host: "a", commitTimeoutSeconds: 3601 },
      "commitTimeoutSeconds is 3601: use a whole number from 0 to 3600",
    ],
    [{ host: "a", port: 1.5 }, "port is 1.5: use a whole number from 1 to 65535"],
    [
      { host: "a", port: "22" },
      "port is a value of type string: use a whole number from 1 to 65535",
    ],
    [{ host: "a", dialErrorLimit: -2 }, "dialErrorLimit is -2: use a whole number from -1"],
    [{ host: "a", perDialTimeout: -1 }, "perDialTimeout is -1: use a whole number from 0"],
    [{}, "host is missing: give a string"],
    [
      { host: "a b" },
      "host is empty or contains a space: give a name or an address, such as director1",
    ],
    [{ host: "a", user: "" }, "user is empty: name a user, such as root"],
  ])("fails for %j", (value, reason) => {
    expect(reasons(value)).toEqual([reason]);
  });

  it("fails for an unknown field and names the allowed ones", () => {
    expect(reasons({ host: "a", privateKeyPassPhrase: "HUNTER" })).toEqual([
      "connection has no field privateKeyPassPhrase: use host, port, user, password, privateKey, privateKeyPassword, agentSocketPath, dialErrorLimit, perDialTimeout, hostKey, proxy, commitTimeoutSeconds, sudo",
    ]);
    expect(reasons({ host: "a", proxy: { host: "b", sudo: true } })[0]).toContain(
      "proxy has no field sudo",
    );
  });

  it.each([
    { password: ["HUNTER"] },
    { privateKey: 4711 },
    { sudo: { password: "HUNTER\n" } },
    { sudo: "HUNTER" },
    { hostKey: "HUNTER" },
    { proxy: "HUNTER" },
    { proxy: { host: "b", password: { HUNTER: 1 } } },
  ])("never shows the value of %j", (fields) => {
    const shown = reasons({ host: "a", ...fields });
    expect(shown).toHaveLength(1);
    expect(shown[0]).not.toMatch(/HUNTER|4711/);
  });

  it.each([
    ["D1.Example", "d1.example"],
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["FE80::1%Eth0", "fe80::1%Eth0"],
    ["Web-1", "web-1"],
  ])("reads %s as the host %s", (host, canonical) => {
    const connection = connectionSchema.parse({ host, proxy: { host } });
    expect([connection.host, connection.proxy?.host]).toEqual([canonical, canonical]);
  });

  it("accepts accept-any and lines of authorized_keys as a host key", () => {
    expect(reasons({ host: "a", hostKey: "accept-any" })).toEqual([]);
    expect(reasons({ host: "a", hostKey: "ssh-rsa AAAA+/== root@web1" })).toEqual([]);
    expect(reasons({ host: "a", hostKey: "director1 ssh-rsa AAAA" })).toHaveLength(1);
  });
});

describe("hostId", () => {
  it("contains the port unless it is 22", () => {
    expect(hostId({ host: "director1", port: 22 })).toBe("director1");
    expect(hostId({ host: "director1", port: 2222 })).toBe("director1:2222");
  });
});

describe("secretsOf", () => {
  it("finds the secrets of the host, of sudo and of the proxy", () => {
    const connection = connectionSchema.parse({
      host: "a",
      password: "1",
      privateKey: "2",
      privateKeyPassword: "3",
      sudo: { password: "4" },
      proxy: { host: "b", password: "5", privateKey: "6", privateKeyPassword: "7" },
    });
    expect(secretsOf(connection).sort()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });
});

import { describe, expect, it } from "vitest";
import { connectionSchema } from "../../../provider/host/connect/connection";
import { isForgotten, withEnvironment } from "../../../provider/host/connect/environment";

const connection = connectionSchema.parse({
  host: "director-1.example",
  port: 2222,
  password: "from the program",
  sudo: true,
  proxy: { host: "jump", password: "of the proxy" },
});

describe("withEnvironment", () => {
  it("changes nothing without variables", () => {
    expect(withEnvironment(connection, {})).toEqual(connection);
  });

  it("prefers the variable of the host, then the general variable, then the program", () => {
    const env = {
      PULUMI_LVS_PASSWORD: "general",
      PULUMI_LVS_USER: "admin",
      PULUMI_LVS_PASSWORD__DIRECTOR_1_EXAMPLE_2222: "of this host",
      PULUMI_LVS_PASSWORD__DIRECTOR2: "of another host",
    };
    expect(withEnvironment(connection, env)).toMatchObject({
      password: "of this host",
      user: "admin",
    });
  });

  it("overrides a proxy only by its own name", () => {
    const env = { PULUMI_LVS_PASSWORD: "general", PULUMI_LVS_USER__JUMP: "guest" };
    expect(withEnvironment(connection, env).proxy).toMatchObject({
      password: "of the proxy",
      user: "guest",
    });
  });

  it("sets the sudo password only for connections with sudo", () => {
    const env = { PULUMI_LVS_SUDO_PASSWORD: "x" };
    expect(withEnvironment(connection, env).sudo).toEqual({ password: "x" });
    expect(withEnvironment({ ...connection, sudo: false }, env).sudo).toBe(false);
  });

  it("ignores an empty variable", () => {
    expect(withEnvironment(connection, { PULUMI_LVS_PASSWORD: "" }).password).toBe(
      "from the program",
    );
  });
});

describe("each environment variable", () => {
  const HOST = "DIRECTOR_1_EXAMPLE_2222";
  const given = connectionSchema.parse({
    ...{ host: "director-1.example", port: 2222, sudo: { password: "given" } },
    ...{ user: "given", password: "given", privateKey: "given", privateKeyPassword: "given" },
    ...{ agentSocketPath: "given", hostKey: "given AAAA" },
    proxy: {
      ...{ host: "jump", user: "given", password: "given", privateKey: "given" },
      ...{ privateKeyPassword: "given", agentSocketPath: "given", hostKey: "given AAAA" },
    },
  });
  const rows = [
    ["PULUMI_LVS_PRIVATE_KEY", "privateKey"],
    ["PULUMI_LVS_PRIVATE_KEY_PASSWORD", "privateKeyPassword"],
    ["PULUMI_LVS_PASSWORD", "password"],
    ["PULUMI_LVS_USER", "user"],
    ["PULUMI_LVS_HOST_KEY", "hostKey"],
    ["PULUMI_LVS_AGENT_SOCKET", "agentSocketPath"],
  ] as const;

  it.each(rows)("%s overrides %s alone", (name, field) => {
    const plain = { ...given, [field]: "plain" };
    expect(withEnvironment(given, { [name]: "plain" })).toEqual(plain);
    const own = { ...given, [field]: "own" };
    expect(withEnvironment(given, { [`${name}__${HOST}`]: "own" })).toEqual(own);
    expect(withEnvironment(given, { [name]: "plain", [`${name}__${HOST}`]: "own" })).toEqual(own);
    const jump = { ...given, proxy: { ...given.proxy, [field]: "jump" } };
    expect(withEnvironment(given, { [`${name}__JUMP`]: "jump" })).toEqual(jump);
  });

  it("PULUMI_LVS_SUDO_PASSWORD applies to the host, and never to a jump host", () => {
    const name = "PULUMI_LVS_SUDO_PASSWORD";
    const sudo = (password: string) => ({ ...given, sudo: { password } });
    expect(withEnvironment(given, { [name]: "plain" })).toEqual(sudo("plain"));
    const both = { [name]: "plain", [`${name}__${HOST}`]: "own" };
    expect(withEnvironment(given, both)).toEqual(sudo("own"));
    expect(withEnvironment(given, { [`${name}__JUMP`]: "jump" })).toEqual(given);
  });
});

describe("isForgotten", () => {
  it("reads hosts and ports", () => {
    const env = { PULUMI_LVS_FORGET: "director1, Web2:2222" };
    expect(isForgotten("director1", env)).toBe(true);
    expect(isForgotten("web2:2222", env)).toBe(true);
    expect(isForgotten("web2", env)).toBe(false);
    expect(isForgotten("director1", {})).toBe(false);
    expect(isForgotten("DIRECTOR1", env)).toBe(true);
    expect(isForgotten("2001:db8::1", { PULUMI_LVS_FORGET: "2001:DB8:0::1" })).toBe(true);
  });
});

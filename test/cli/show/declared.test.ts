import { describe, expect, it } from "vitest";
import { declaredHosts } from "../../../provider/cli/show/declared";

describe("the hosts of a state", () => {
  it("tell apart two machines of one name behind two jump hosts", () => {
    const at = (through: string, name: string) => ({
      ...{ urn: `urn:pulumi:dev::lvs::pulumi-nodejs:dynamic/lvs:Director::${name}`, custom: true },
      ...{ type: "pulumi-nodejs:dynamic/lvs:Director", id: "10.0.0.5 director" },
      inputs: { connection: { host: "10.0.0.5", proxy: { host: through, port: 22 } } },
    });
    const found = declaredHosts({
      resources: [at("jump1", "a"), at("jump2", "b"), at("jump1", "c")],
    });
    expect(found.map(({ host, resources }) => [host, resources.length])).toEqual([
      ["10.0.0.5 through jump1", 2],
      ["10.0.0.5 through jump2", 1],
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { managementFact } from "../../provider/network/management";
import { answered, factOf } from "../support/captures";

describe("managementFact", () => {
  it("reads from where the host is managed, and to which address of it", () => {
    expect(factOf("realServerClean", "management")).toEqual({
      ...{ client: "10.255.0.2", server: "10.255.0.15" },
    });
  });

  it("reads a connection over IPv6", () => {
    expect(managementFact.parse([answered("2001:db8::2 40000 2001:db8::15 22\n")])).toEqual({
      ...{ client: "2001:db8::2", server: "2001:db8::15" },
    });
  });

  it("is undefined where the host cannot tell", () => {
    expect(managementFact.parse([answered("\n")])).toBeUndefined();
  });
});

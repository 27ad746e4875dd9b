import { describe, expect, it } from "vitest";
import { addressType } from "../../provider/network/addressPart";
import { linksFact } from "../../provider/network/links";
import { answered, type CaptureName, factOf, fixture } from "../support/captures";

const everything = factOf("realServerEverything", "links");

describe("linksFact", () => {
  it("reads interfaces, their kinds, their local ends and their addresses", () => {
    expect(everything.get("lo")).toEqual({
      ...{ name: "lo", isUp: true, kind: undefined, local: undefined },
      addresses: [
        { address: "127.0.0.1", prefixLength: 8, isDuplicate: false },
        { address: "192.0.2.81", prefixLength: 32, isDuplicate: false },
        { address: "::1", prefixLength: 128, isDuplicate: false },
      ],
    });
    expect(everything.get("lvs4-c000020b")).toMatchObject({
      ...{ isUp: true, kind: "ipip", local: "192.0.2.11" },
    });
    expect(everything.get("lvss-c000020b")).toMatchObject({ kind: "sit", isUp: true });
    expect(everything.get("lvs6-00000001")).toMatchObject({
      ...{ kind: "ip6tnl", isUp: false, local: "2001:db8:0:1::11" },
    });
  });

  it.each<CaptureName>(["directorCluster", "newerDirectorCluster"])(
    "reads the VIPs of both families: %s",
    (capture) => {
      const addresses = factOf(capture, "links").get("eth1")?.addresses ?? [];
      const vips = addresses.filter(({ address }) => address.endsWith("80"));
      expect(vips.map((one) => `${one.address}/${one.prefixLength}`)).toEqual([
        "192.0.2.80/32",
        "2001:db8:0:1::80/128",
      ]);
    },
  );

  it("marks an address that another machine has", () => {
    const text = fixture("hosts/duplicate.address.iproute2-6.1.linux-6.1.txt");
    const links = linksFact.parse([answered(text)]);
    expect(links.get("eth1")?.addresses.filter((one) => one.isDuplicate)).toEqual([
      { address: "2001:db8:0:1::80", prefixLength: 128, isDuplicate: true },
    ]);
    expect(addressType.read(links, "2001:db8:0:1::80/128 dev eth1")).toBe("duplicate");
  });

  it.each([
    ["what is not JSON", "1: lo: <LOOPBACK,UP,LOWER_UP>\n", /not JSON \(ip -json needs iproute2/],
    ["what is not a list", "{}", /not a list/],
  ])("refuses %s", (_, text, says) => {
    expect(() => linksFact.parse([answered(text)])).toThrow(says);
  });

  it("says what ip says when it fails", () => {
    const result = { stdout: "", stderr: "sh: 1: ip: not found\n", exitCode: 127 };
    expect(() => linksFact.parse([result])).toThrow("cannot read ip address: sh: 1: ip: not found");
  });
});

import { describe, expect, it } from "vitest";
import { isLvs, liveResources, lvsKind, readDeployment } from "../../provider/cli/state/checkpoint";
import { hasEncrypted, withSecrets } from "../../provider/cli/state/secrets";
import { foreign, lvs } from "./support/states";

const director = lvs("Director", "director1");
const envelope = (more: object) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ...more,
});

describe("a state that is read", () => {
  it.each([
    { version: 3, checkpoint: { latest: { resources: [director] } } },
    { version: 3, deployment: { resources: [director] } },
  ])("is a checkpoint of a backend, or an export", (file) => {
    expect(readDeployment(JSON.stringify(file), "a file").resources).toEqual([director]);
  });

  it("has no resources in the checkpoint of an empty stack", () => {
    const file = { version: 3, checkpoint: { stack: "dev", latest: null } };
    expect(liveResources(readDeployment(JSON.stringify(file), "a file"))).toEqual([]);
  });

  it.each([
    ["{", "a file is not JSON: it is damaged, or no checkpoint of Pulumi"],
    ["[]", "a file is neither a checkpoint nor an export of a stack"],
    ["null", "a file is neither a checkpoint nor an export of a stack"],
    ['{"version": 9, "deployment": {}}', "a file has version 9 of Pulumi's state"],
  ])("is refused when it is %s", (text, reason) => {
    expect(() => readDeployment(text, "a file")).toThrow(reason);
  });

  it("tells the resources of this package from those of others", () => {
    expect(lvsKind(director)).toBe("Director");
    expect([director, { type: "lvs:index:Cluster" }].every(isLvs)).toBe(true);
    expect([foreign("machine"), { type: "pulumi-nodejs:dynamic:Resource" }].some(isLvs)).toBe(
      false,
    );
  });
});

describe("secrets in a state", () => {
  const inputs = { plain: [1, envelope({ plaintext: '{"key":"x"}' })], none: null };

  it("are handed over in plain text, wherever they are", () => {
    expect(withSecrets(inputs, (plain) => ({ plain }))).toEqual({
      ...{ plain: [1, { plain: { key: "x" } }], none: null },
    });
  });

  it("are seen when they are encrypted", () => {
    expect(hasEncrypted(inputs)).toBe(false);
    expect(hasEncrypted({ list: [{ deep: envelope({ ciphertext: "v1:abc" }) }] })).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { kinds } from "../../provider/kinds";
import { engineText, kindNames } from "../../sdk/engine";
import { releasedEngine } from "../process/support/package";
import { run } from "./support/program";

describe("the engine in a stack's state", () => {
  it("is there for each kind", () => {
    expect(kindNames).toEqual(Object.keys(kinds));
  });

  // The text is in every state. A changed text would be an update of every resource of every user.
  it.each(kindNames)("is the text that was released: %s", (kind) => {
    expect(engineText(kind)).toBe(releasedEngine("0.1.0", kind));
  });

  it("is registered with each resource, which has the type of a dynamic one", async () => {
    const registered = await run((lvs) => {
      const connection = { host: "director1" };
      new lvs.Director("director1", { connection });
    });
    expect(registered).toMatchObject([
      { type: "pulumi-nodejs:dynamic/lvs:Director", engine: engineText("Director") },
    ]);
  });
});

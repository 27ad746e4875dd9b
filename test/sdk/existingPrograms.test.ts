import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ExistingProgram, existingPrograms } from "./support/existingPrograms";
import { type Registered, run } from "./support/program";

/** A resource that version 0.1.0 registered for one of the programs. */
type Released = Pick<Registered, "type" | "name" | "parent" | "dependsOn" | "inputs"> & {
  readonly program: string;
};

const FIXTURE = join(__dirname, "../fixtures/programs/clusters.pulumi-lvs-0.1.0.jsonl");
const released = readFileSync(FIXTURE, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Released);

/** The current registrations of a program, in the form of the fixture. */
async function registrations(program: string, { declare, isPreview = false }: ExistingProgram) {
  const all = await run(declare, { isPreview });
  const texts = all.map(({ engine: _engine, kind: _kind, ...rest }) =>
    JSON.stringify({ program, ...rest }),
  );
  return inAnyOrder(texts.map((text) => JSON.parse(text) as Released));
}

/** Sorts registrations by name, because Pulumi compares a program to a state by URN and not by order. */
function inAnyOrder(resources: readonly Released[]): Released[] {
  const urn = ({ parent = "", type, name }: Released) => `${parent} ${type} ${name}`;
  return [...resources].sort((one, other) => (urn(one) < urn(other) ? -1 : 1));
}

// Pulumi compares URNs, which contain the names, and inputs. Equal registrations are therefore no change of the stack.
describe("a program that was written for version 0.1.0", () => {
  it("is in the fixture, each of them", () => {
    const programs = new Set(released.map((resource) => resource.program));
    expect(Object.keys(existingPrograms)).toEqual([...programs]);
  });

  it.each(Object.entries(existingPrograms))(
    "registers the same resources with the same inputs: %s",
    async (name, program) => {
      const before = inAnyOrder(released.filter((resource) => resource.program === name));
      expect(await registrations(name, program)).toEqual(before);
    },
  );
});

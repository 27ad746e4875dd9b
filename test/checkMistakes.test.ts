import { describe, expect, it } from "vitest";
import { check } from "../provider/check";
import { kinds } from "../provider/kinds";
import type { HostInputs, Kind } from "../provider/kinds/kind";
import { checkMistakes } from "./lab/stories/support/badPieces";
import type { KindName } from "./support/inputs";

describe("check", () => {
  it.each(checkMistakes)("says what to do about each mistake: $title", ({ pieces, messages }) => {
    const said = pieces.flatMap(({ kind, name, args }) => {
      const { director, ...others } = args as { director?: object };
      const inputs = { owner: name, ...director, ...others };
      const { failures } = check(kinds[kind as KindName] as Kind<HostInputs>, inputs);
      return failures.map(({ reason }) => `${reason}\n`);
    });
    for (const message of messages) expect(said.join("")).toContain(message);
  });
});

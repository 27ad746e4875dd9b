import { expect, it, vi } from "vitest";
import { ProgressRow } from "../provider/host/batch/progress";
import { kinds } from "../provider/kinds";
import { call } from "./support/call";
import { inputsOf } from "./support/inputs";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({ shellFor: vi.fn(), closeOnSignals: () => undefined }));
vi.mock("../provider/host/shell/pool", () => pool);

const inputs = { ...inputsOf(kinds.Director as never, "Director") } as object;

it.each([
  ["create", inputs],
  ["read", "director1 director", inputs],
  ["update", "director1 director", inputs, inputs],
  ["delete", "director1 director", inputs],
])("says on the row of its resource what it is at: %s", async (method, ...args) => {
  pool.shellFor.mockResolvedValue(new WorkingShell(new WorkingHost({ modules: ["ip_vs"] })));
  const at = vi.spyOn(ProgressRow.prototype, "show").mockReset();
  await call("Director", method, ...args);
  const said = at.mock.calls.flat();
  expect(said[0]).toBe("connecting to director1");
  expect(said).toContain("reading director1");
});

import { describe, expect, it } from "vitest";
import { readHistory } from "../../provider/cli/backend/open";

const project = (backend: string) => ({
  ...{ name: "lvs", stack: "dev", stackName: "dev", backend },
  ...{ directory: "/", main: "/", settings: {} },
});

describe("the history of a backend", () => {
  it("is empty where a directory has none", async () => {
    expect(await readHistory(project("file:///nowhere/at/all"))).toEqual([]);
  });

  it("cannot be read from a database, whose password is not said", async () => {
    await expect(readHistory(project("postgres://ops:hunter2@db.test/state"))).rejects.toThrow(
      /^the history on postgres:\/\/ cannot be read: give the checkpoint of an update with --from FILE$/,
    );
  });

  it("says what is wrong with the URL before anything is asked", async () => {
    await expect(readHistory(project("s3://state?role=arn:aws:iam::1:role/a"))).rejects.toThrow(
      "the backend's URL has the parameter role",
    );
  });
});

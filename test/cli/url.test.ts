import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { absoluteBackend } from "../../provider/cli/backend/url";

const home = `file://${userInfo().homedir}`;

describe("the URL of a backend", () => {
  it.each([
    ["file:///srv/state", "file:///srv/state"],
    ["file://~", home],
    ["file://~/state", `${home}/state`],
    ["file://./state", "file:///srv/program/state"],
    ["file://.", "file:///srv/program"],
    ["file://../state?no_tmp_dir=true", "file:///srv/state?no_tmp_dir=true"],
    ["file:///srv/my state", "file:///srv/my state"],
    ["s3://bucket/prefix?region=eu-central-1", "s3://bucket/prefix?region=eu-central-1"],
    ["https://api.pulumi.com", "https://api.pulumi.com"],
  ])("%s is %s for a program in /srv/program", (url, absolute) => {
    expect(absoluteBackend(url, "/srv/program")).toBe(absolute);
  });
});

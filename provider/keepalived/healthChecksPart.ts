import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import type { HealthChecks } from "./healthChecks";
import { HEALTH_SCRIPT, HEALTH_UNIT_TEXT } from "./healthScript";
import { managedFiles } from "./managedFiles";
import { CHECKS_DIRECTORY, checkFileName, HEALTH, HEALTH_UNIT } from "./paths";

const files = managedFiles({
  directory: CHECKS_DIRECTORY,
  program: { path: HEALTH, text: HEALTH_SCRIPT },
  unit: { path: HEALTH_UNIT, text: HEALTH_UNIT_TEXT },
});

/** The health checks of one virtual service as a file for keepalived. The ID is the name of the virtual service. */
export const healthCheckType: PartType<"healthChecks", HealthChecks> = {
  fact: "healthChecks",
  takesOver: true,
  read: (texts, id) => texts.get(checkFileName(id)),
  set: (id, value): Step[] => [
    {
      run: files.write(checkFileName(id), value),
      description: `write the health check of ${id}`,
      changes: ["healthChecks"],
    },
    {
      run: files.run("take"),
      description: "have keepalived take the health checks",
      isLast: true,
      changes: ["healthChecks", "ipvs"],
    },
  ],
  // All files of a batch are removed before keepalived restarts, which would add the virtual service of a remaining file.
  unset: (id) => [
    {
      run: files.remove(checkFileName(id)),
      description: `end the health check of ${id}`,
      changes: ["healthChecks"],
    },
    {
      run: files.run("left"),
      description: "have keepalived forget the health checks that are gone",
      isLast: true,
      changes: ["healthChecks", "ipvs"],
    },
  ],
};

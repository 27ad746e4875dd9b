import type { RawTimes } from "./raw";

/** What a person does with a stack, in this order, and what we aim at. */
export interface Operation {
  readonly name: string;
  readonly args: readonly string[];
  /** At most so many times what Pulumi itself takes. */
  readonly ratio?: number;
  /** At most so many connections to a host. */
  readonly connections: number;
  /** What its floor has beside Pulumi's own time: one ssh command that does the same on the host. */
  readonly raw?: keyof RawTimes;
  /** How the director's table has to be afterwards. */
  readonly leaves: "rules" | "nothing";
}

const DOING = ["--yes", "--skip-preview"];
const SAME = "--expect-no-changes";

export const OPERATIONS: readonly Operation[] = [
  { name: "preview", args: ["preview"], connections: 0, leaves: "nothing" },
  {
    name: "up",
    args: ["up", ...DOING],
    ratio: 1.2,
    raw: "write",
    connections: 1,
    leaves: "rules",
  },
  {
    name: "preview, no change",
    args: ["preview", SAME],
    ratio: 1.1,
    connections: 0,
    leaves: "rules",
  },
  { name: "up, no change", args: ["up", ...DOING, SAME], connections: 1, leaves: "rules" },
  {
    name: "refresh",
    args: ["refresh", ...DOING, SAME],
    ratio: 1.2,
    raw: "read",
    connections: 1,
    leaves: "rules",
  },
  {
    name: "destroy",
    args: ["destroy", ...DOING],
    ratio: 1.2,
    raw: "remove",
    connections: 1,
    leaves: "nothing",
  },
];

import type { RawTimes } from "./raw";

/** A command of a user with its aims. The commands run in the order of the list. */
export interface Operation {
  readonly name: string;
  readonly args: readonly string[];
  /** The aim for the ratio of the time to the floor. */
  readonly ratio?: number;
  /** The aim for the number of connections to a host. */
  readonly connections: number;
  /** The raw ssh command that does the same on the host, which is part of the floor. */
  readonly raw?: keyof RawTimes;
  /** The expected table of the director afterwards. */
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

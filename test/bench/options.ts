import { availableParallelism } from "node:os";
import { MOST_DIRECTORS } from "./namespaces";

export interface BenchOptions {
  /** Whether to measure only the engine, without a lab. */
  readonly isEngineOnly: boolean;
  /** The numbers of virtual services, each a resource of its own. */
  readonly sizes: readonly number[];
  /** The number of virtual services in a group; undefined to leave the group out. */
  readonly together: number | undefined;
  /** The number of directors in one program; undefined to leave these out. */
  readonly directors: number | undefined;
  /** The number of runs, of which the median is shown. */
  readonly runs: number;
  /** The number of parallel operations of Pulumi (--parallel). The default is Pulumi's own default. */
  readonly parallelism: number;
  /** Whether the sizes are measured with `persist: false` too. */
  readonly comparesPersist: boolean;
}

const SIZES = [1, 10, 100];
const MOST = 1000;
const TOGETHER = 1000;
const USAGE = `npm run bench                  ${SIZES.join(", ")} virtual services, and ${TOGETHER} in one resource
npm run bench -- 1 10          these sizes
npm run bench -- --together ${TOGETHER}   so many in one resource
npm run bench -- --directors 50    so many directors in one program
npm run bench -- engine        only the engine's own work, without a lab
npm run bench -- --persist 10  beside it the same with persist: false
npm run bench -- --runs 3      medians of three runs
npm run bench -- -p 32         as Pulumi does on a machine of eight processors (four each)`;

/** Reads the words after `npm run bench --`. */
export function optionsOf(words: readonly string[]): BenchOptions {
  const left = [...words];
  const sizes: number[] = [];
  let [isEngineOnly, comparesPersist] = [false, false];
  let [runs, parallelism] = [1, 4 * availableParallelism()];
  let [together, directors]: (number | undefined)[] = [];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "engine") isEngineOnly = true;
    else if (word === "--persist") comparesPersist = true;
    else if (word === "--runs") runs = numberOf(left.shift() ?? "");
    else if (word === "--together") together = numberOf(left.shift() ?? "");
    else if (word === "--directors") directors = numberOf(left.shift() ?? "", MOST_DIRECTORS);
    else if (word === "-p") parallelism = numberOf(left.shift() ?? "");
    else sizes.push(numberOf(word));
  }
  const isAll = sizes.length === 0 && together === undefined && directors === undefined;
  return {
    ...{ isEngineOnly, runs, parallelism, comparesPersist },
    ...(isAll ? { sizes: SIZES, together: TOGETHER } : { sizes, together }),
    directors,
  };
}

function numberOf(word: string, most = MOST): number {
  const number = /^\d+$/.test(word) ? Number(word) : 0;
  if (number >= 1 && number <= most) return number;
  throw new Error(`"${word}" is not a number from 1 to ${most}\n${USAGE}`);
}

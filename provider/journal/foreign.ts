import type { RealServer, VirtualService } from "../ipvs/model";
import { parseRenderedService } from "../ipvs/parse";
import { renderAddRealServer, renderAddService } from "../ipvs/render";
import { readValue } from "../ipvs/virtualServicePart";
import { partTypes } from "../registry/partTypes";
import type { Command } from "../values/command";
import type { Entry, Owner } from "./journal";
import type { Named } from "./key";

/** A change that failed. */
export interface FailedChange {
  readonly owners: readonly Owner[];
  /** The virtual services that it quiesced although its owners do not claim them. */
  readonly services: readonly string[];
  /** The step that failed since somebody else had done the same, or the reverse. @default - none */
  readonly forestalled?: Command | undefined;
  /** Whether it took several batches, with other weights in between. */
  readonly isStaged: boolean;
}

/** A part at the look of a change, and now. */
interface Lives {
  readonly was: string | undefined;
  readonly live: string | undefined;
  readonly entry: Entry | undefined;
}

/** Whether somebody else has changed a part: it is neither as before nor on the way to what the change wanted. */
export function isForeign(part: Named, change: FailedChange, { was, live, entry }: Lives): boolean {
  const values = [was, entry?.value, entry?.before].filter((one) => typeof one === "string");
  if (isForestalled(part, change, { was, live, entry })) return true;
  if (part.type === "sysctl") {
    return live !== undefined && !values.some((one) => one.split(" ")[0] === live);
  }
  if (part.type !== "virtualService") return false;
  return isForeignService(live, values, change.isStaged);
}

function isForestalled({ type, id }: Named, change: FailedChange, { was, entry }: Lives): boolean {
  const { forestalled } = change;
  if (!forestalled || !entry) return false;
  const there = partTypes[type].set(id, entry.value, was);
  const back = was === undefined ? [] : partTypes[type].unset(id, was);
  const text = JSON.stringify(forestalled);
  return [...there, ...back].some(({ run }) => JSON.stringify(run) === text);
}

function isForeignService(
  live: string | undefined,
  values: readonly string[],
  hasOtherWeights: boolean,
): boolean {
  if (live === undefined) return false;
  const now = parseRenderedService(live);
  const wanted = values.map(readValue);
  const known = wanted.map(({ service }) => service);
  const isKnown = (textOf: (service: VirtualService) => string | undefined) =>
    known.some((service) => textOf(service) === textOf(now));
  if (!isKnown(renderAddService)) return true;
  if (wanted.some(({ managesRealServers }) => !managesRealServers)) return false;
  const names = new Set([now, ...known].flatMap(({ realServers }) => Object.keys(realServers)));
  return [...names].some((name) => {
    if (isKnown((service) => realServerText(service, name))) return false;
    // A real server that goes is quiesced first, and one that comes may get its weight in steps.
    const weight = now.realServers[name]?.config.weight;
    const isBetween = weight === 0 || hasOtherWeights;
    return !isBetween || !isKnown((service) => realServerText(service, name, 0));
  });
}

function realServerText(
  { key, realServers }: VirtualService,
  name: string,
  weight?: number,
): string | undefined {
  const found: RealServer | undefined = realServers[name];
  if (!found) return undefined;
  const config = weight === undefined ? found.config : { ...found.config, weight };
  return renderAddRealServer(key, { ...found, config });
}

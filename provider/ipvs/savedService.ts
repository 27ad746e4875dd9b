import {
  type Family,
  familyOf,
  isFullNetmask,
  parseEndpoint,
  parseNetmask,
} from "../values/address";
import type { Persistence, ServiceConfig, ServiceKey } from "./model";
import { type Options, type Refuse, readNumber, readOptions } from "./savedLines";
import { canonicalFlag, keyOf, protocolOptions, ranges } from "./vocabulary";

/** The options that name a virtual service, as print_service_entry of ipvsadm.c writes them. */
export const keyOptions = {
  "-t": "value",
  "-u": "value",
  "--sctp-service": "value",
  "-f": "value",
  "-6": "alone",
} as const;
const keyOptionNames = Object.keys(keyOptions).filter((option) => option !== "-6");

const serviceOptions = {
  ...keyOptions,
  "-A": "alone",
  "-s": "value",
  "-p": "value",
  "-M": "value",
  "--pe": "value",
  "-o": "alone",
  "-b": "value",
} as const;

/** Reads the line of a virtual service. */
export function readService(line: string, refuse: Refuse) {
  // ipvsadm.c, print_sched_flags: when sh or mh has only the third flag, -b is printed without a name.
  const options = readOptions(line.replace(/ -b $/, " -b flag-3"), serviceOptions, refuse);
  const key = readServiceKey(options, refuse);
  const family = key.kind === "fwmark" ? key.family : familyOf(key.vip);
  return { words: keyWords(options), key, config: readServiceConfig(options, family, refuse) };
}

/** The words that name a virtual service in its line and in the lines of its real servers. */
export function keyWords(options: Options): string {
  const named = keyOptionNames.find((option) => options.has(option)) ?? "";
  return `${named} ${options.get(named)}${options.has("-6") ? " -6" : ""}`;
}

function readServiceKey(options: Options, refuse: Refuse): ServiceKey {
  const given = keyOptionNames.filter((option) => options.has(option));
  const [option = ""] = given.length === 1 ? given : refuse("it does not name one virtual service");
  const text = options.get(option) ?? "";
  if (option === "-f") return readFwmark(text, options.has("-6") ? "ipv6" : "ipv4", refuse);
  const protocol = keyOf(protocolOptions, option) ?? refuse(`"${option}" is no protocol`);
  const { address, port } = parseEndpoint(text) ?? refuse(`"${text}" is no address and port`);
  return options.has("-6")
    ? refuse(`"-6" goes with "-f" only`)
    : { kind: "endpoint", protocol, vip: address, port };
}

function readFwmark(text: string, family: Family, refuse: Refuse): ServiceKey {
  // ipvsadm.c prints the unsigned mark with %d, so that a large mark is negative.
  const unsigned = /^-[1-9]\d*$/.test(text) ? String(Number(text) + 2 ** 32) : text;
  return {
    kind: "fwmark",
    fwmark: readNumber("the mark", unsigned, ranges.fwmark, refuse),
    family,
  };
}

function readServiceConfig(options: Options, family: Family, refuse: Refuse): ServiceConfig {
  const scheduler = options.get("-s") ?? refuse("there is no scheduler");
  const flags = (options.get("-b")?.split(",") ?? []).map(
    (flag) =>
      (flag === "flag-3" ? flag : canonicalFlag(scheduler, flag)) ??
      refuse(`${scheduler} has no flag "${flag}"`),
  );
  const persistence = readPersistence(options, family, refuse);
  const persistenceEngine = options.get("--pe");
  return {
    scheduler,
    schedulerFlags: [...new Set(flags)].sort(),
    onePacket: options.has("-o"),
    ...(persistence && { persistence }),
    ...(persistenceEngine !== undefined && { persistenceEngine }),
  };
}

function readPersistence(
  options: Options,
  family: Family,
  refuse: Refuse,
): Persistence | undefined {
  const [time, mask] = [options.get("-p"), options.get("-M")];
  if (time === undefined)
    return mask === undefined ? undefined : refuse(`"-M" goes with "-p" only`);
  const seconds = readNumber("the persistence", time, ranges.persistenceSeconds, refuse);
  if (mask === undefined) return { seconds };
  const netmask = parseNetmask(mask, family) ?? refuse(`"${mask}" is no mask of ${family}`);
  return isFullNetmask(netmask) ? { seconds } : { seconds, netmask };
}

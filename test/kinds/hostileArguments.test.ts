import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { check, type Properties } from "../../provider/check";
import { bootFile } from "../../provider/journal/boot";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import type { Facts } from "../../provider/registry/facts";
import { partTypes } from "../../provider/registry/partTypes";
import type { Command } from "../../provider/values/command";
import { type Part, partKey } from "../../provider/values/part";
import { factsOf } from "../support/captures";
import { hostileStrings } from "../support/hostileStrings";
import { type KindName, most } from "../support/inputs";

/** For each of them: 10,000 and some in all. */
const COUNT = 1000;
const healthChecks = [
  {
    ...{ type: "https", path: "/health", host: "shop.example.org", status: "200-299 304" },
    ...{ digest: "0123456789abcdef0123456789abcdef", text: "fine", port: 8080 },
    sorryServer: { rip: "2001:db8::99", port: 80, forwardingMethod: "nat" },
  },
  { type: "dns", queryName: "example.org", queryType: "SOA", port: 53 },
  { type: "smtp", heloName: "shop.example.org", port: 25 },
  { type: "script", script: "/usr/local/bin/check" },
];
const checked = healthChecks.map((healthCheck): [KindName, Properties] => [
  "VirtualService",
  {
    ...most.VirtualService,
    ...{ slowStart: undefined, realServers: [{ rip: "2001:DB8::11", forwardingMethod: "dr" }] },
    ...{ port: 80, healthCheck },
  },
]);
const all: readonly [KindName, Properties][] = [
  ...(Object.entries(most) as [KindName, Properties][]),
  ...checked,
];

/**
 * The arguments that take any text, because none of it reaches a shell: the SSH library gets those of the connection,
 * and sudo reads its password from standard input. Pulumi makes the owner, and the virtual service of a real server.
 */
const TEXTS =
  /^(connection\.(host|user|password|privateKey|privateKeyPassword|agentSocketPath|proxy\.(host|user)|sudo\.password)|owner|service\.(protocol|vip))$/;

/** The text that a page has to contain becomes octal digits for keepalived (test/keepalived/checker.test.ts). */
const RENDERED = /^healthCheck\.text$/;

/** The arguments that become a word of a command. */
const WORDS = /^interface$/;

/** The paths of all values that are no object or list. */
function pathsOf(value: unknown, above: readonly string[] = []): string[][] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null) return [[...above]];
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...above, name]));
}

/** The arguments with another value at a path. */
function withValue(value: unknown, [name, ...path]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const inner = (value as Record<string, unknown>)[name];
  return Object.assign(copy, { [name]: withValue(inner, path, by) });
}

describe.each(all)("hostile strings in %s", (name, given) => {
  const kind = kinds[name] as Kind<HostInputs>;
  const paths = pathsOf(given);
  const checkedWith = (path: readonly string[], text: string) =>
    check(kind, withValue(given, path, text) as Properties);

  it("are refused by every argument but the few that take any text", () => {
    expect(check(kind, given).failures).toEqual([]);
    const strings = hostileStrings(COUNT);
    const accepting = new Set<string>();
    strings.forEach((text, at) => {
      // "0" and "a" may be what an argument is.
      const path = paths[at % paths.length] as string[];
      if (text.length > 2 && checkedWith(path, text).failures.length === 0)
        accepting.add(path.join("."));
    });
    const others = [...accepting].filter(
      (path) => ![TEXTS, WORDS, RENDERED].some((one) => one.test(path)),
    );
    expect(others).toEqual([]);
    expect(accepting.size).toBeGreaterThan(5);
  });
});

/** A host whose interface eth1 has another name. */
function factsWith(interfaceName: string): Facts {
  const renamed = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll("eth1", () => interfaceName);
    if (value instanceof Map)
      return new Map([...value].map((one) => renamed(one) as [unknown, unknown]));
    if (value instanceof Set) return new Set([...value].map(renamed));
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one)]));
  };
  return renamed(factsOf("directorClean")) as Facts;
}

const DECLARED = [
  ["VirtualIp", { address: "192.0.2.80", interface: "eth1" }],
  ["VirtualIp", { address: "2001:db8:0:1::80", interface: "eth1" }],
  [
    "RealServerVip",
    { forwardingMethod: "dr", vip: "192.0.2.80", rip: "192.0.2.11", interface: "eth1" },
  ],
] as const;

describe.each(DECLARED)("a hostile name of an interface, %s %o", (name, declared) => {
  const kind = kinds[name] as Kind<HostInputs>;
  const { connection, owner } = most[name];
  const partsOn = (interfaceName: string): readonly Part[] => {
    const { inputs, failures } = check(kind, {
      connection,
      owner,
      ...declared,
      interface: interfaceName,
    });
    return failures.length > 0
      ? []
      : kind.parts(inputs as unknown as HostInputs, factsWith(interfaceName));
  };
  const stepsOf = (parts: readonly Part[]): Command[] =>
    parts
      .flatMap(({ type, id, value }) => partTypes[type].set(id, value, undefined))
      .map(({ run }) => run);
  const names = [...new Set(hostileStrings(1500, 7))].filter((text) => partsOn(text).length > 0);

  it("changes no other word of any command", () => {
    expect(names.length).toBeGreaterThan(50);
    const plain = stepsOf(partsOn("eth1")).map(({ argv }) => argv);
    for (const text of names) {
      const expected = plain.map((argv) => argv.map((word) => word.replaceAll("eth1", () => text)));
      expect(stepsOf(partsOn(text)).map(({ argv }) => argv)).toEqual(expected);
    }
  });

  it.each([["dash"], ["bash"], ["busybox", "sh"]])(
    "is one literal word of the boot files in %s",
    (shell, ...words) => {
      const functions = new Set<string>();
      const expected: string[] = [];
      const texts = names.flatMap((text) =>
        partsOn(text).map((part) => {
          const { boot, set } = partTypes[part.type];
          const { conditions = [], afterwards = [] } = boot?.(part.id, part.value) ?? {};
          for (const { run } of set(part.id, part.value, undefined)) {
            const all = [...conditions, { argv: ["make", ...run.argv] }, ...afterwards];
            for (const { argv } of all) {
              functions.add(argv[0] as string);
              expected.push(...argv);
            }
          }
          return bootFile(partKey(part), { value: part.value, before: null, claims: [] }).text;
        }),
      );
      const declared = [...functions].map((one) => `${one}() { printf '%s\\000' ${one} "$@"; }\n`);
      const input = [...declared, ...texts].join("");
      const { stdout, stderr } = spawnSync(shell, words, { input, maxBuffer: 500_000_000 });
      expect(stderr.toString()).toBe("");
      const arrived = stdout.toString().split("\0").slice(0, -1);
      expect(arrived.length).toBe(expected.length);
      expect(arrived.filter((word, at) => word !== expected[at])).toEqual([]);
    },
  );
});

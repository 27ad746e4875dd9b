import { describe, expect, it } from "vitest";
import { bootChanges, bootFile, isPersistent } from "../../provider/journal/boot";
import type { Journal, Owner } from "../../provider/journal/journal";
import { PARTS_DIRECTORY } from "../../provider/system/paths";
import { ENABLED_FILE, SYSTEM_FILES } from "../../provider/system/units";
import { held, owner } from "../support/claims";

const persisting = (name: string): Owner => ({ ...owner(name), persists: true });
const [web, api] = [persisting("web"), persisting("other::api")];
const MODULE = "module ip_vs";
const VIP = "address 192.0.2.80/32";
const journal: Journal = {
  [MODULE]: held(null, "loaded", web, owner("db")),
  [VIP]: held(null, "dev eth1", web),
};
const changes = (before: Journal, after: Journal, repaired: Owner[] = [], hasBootFiles = true) => {
  const { write, remove, isNeeded } = bootChanges(
    { journal: before, hasBootFiles },
    after,
    repaired,
  );
  return { write: [...write.keys()], remove, isNeeded };
};
const NOTHING = { write: [], remove: [], isNeeded: true };

describe("the files of a journal", () => {
  it("are those of parts that somebody wants to survive", () => {
    const after = { ...journal, "module ipip": held(null, "loaded", owner("db")) };
    const write = ["10-module-ip_vs", "80-address-192.0.2.80.32"];
    expect(changes({}, after)).toEqual({ ...NOTHING, write });
  });

  it("are all written again after a change that was cut off before them, whoever owns them", () => {
    const write = ["10-module-ip_vs", "80-address-192.0.2.80.32"];
    expect(changes(journal, journal, [], false)).toEqual({ ...NOTHING, write });
  });

  it("go, after a change that was cut off before that, where nobody wants them to survive", () => {
    const after = { ...journal, [VIP]: held(null, "dev eth1", owner("web")) };
    expect(changes(after, after, [], false)).toEqual({
      ...{ write: ["10-module-ip_vs"], remove: ["80-address-192.0.2.80.32"], isNeeded: true },
    });
    const none = { [VIP]: held(null, "dev eth1", owner("web")) };
    const remove = ["80-address-192.0.2.80.32"];
    expect(changes(none, none, [], false)).toEqual({ ...NOTHING, remove, isNeeded: false });
  });

  it("are not looked for on a host that has no journal yet", () => {
    const first = { [VIP]: held(null, "dev eth1", owner("web")) };
    expect(bootChanges({ journal: {} }, first, []).remove).toEqual([]);
  });

  it("are written again for an owner whose files are to be repaired", () => {
    expect(changes(journal, journal)).toEqual(NOTHING);
    expect(changes(journal, journal, [owner("db")])).toEqual({
      ...NOTHING,
      write: ["10-module-ip_vs"],
    });
  });

  it("are written when their value changes, and go when nobody wants them any more", () => {
    const moved = { ...journal, [VIP]: held(null, "dev eth2", web) };
    expect(changes(journal, moved).write).toEqual(["80-address-192.0.2.80.32"]);
    const left = { [MODULE]: held(null, "loaded", owner("db"), api) };
    expect(changes(journal, left)).toEqual({ ...NOTHING, remove: ["80-address-192.0.2.80.32"] });
    const none = { [MODULE]: held(null, "loaded", owner("db")) };
    expect(changes(left, none)).toEqual({
      ...{ write: [], remove: ["10-module-ip_vs"], isNeeded: false },
    });
  });

  it("are no matter of parts that this version does not know", () => {
    const strange = { "table inet lvs": held(null, "there", web) };
    expect(changes(strange, strange, [web])).toEqual(NOTHING);
    expect(changes(strange, {})).toEqual({ ...NOTHING, isNeeded: false });
  });
});

describe("what an owner has", () => {
  const system = [...SYSTEM_FILES, ENABLED_FILE].map(({ path, text }): [string, string] => [
    path,
    text,
  ]);
  const parts = Object.entries(journal).map(([key, entry]): [string, string] => {
    const { name, text } = bootFile(key, entry);
    return [`${PARTS_DIRECTORY}/${name}`, text];
  });
  const files = new Map([...system, ...parts]);
  const without = (path: string) => new Map([...files].filter(([one]) => one !== path));

  it("survives when every file is as it is to be", () => {
    expect(isPersistent(web, journal, files)).toBe(true);
    expect(isPersistent(owner("db"), journal, files)).toBe(false);
    expect(isPersistent(api, journal, files)).toBe(false);
  });

  it("does not where a file is gone, but for those of programs that the host does not have", () => {
    const needed = [...files.keys()].filter((path) => !isPersistent(web, journal, without(path)));
    expect([...files.keys()].filter((path) => !needed.includes(path))).toEqual([
      ...[
        "/etc/udev/rules.d/90-pulumi-lvs.rules",
        "/etc/NetworkManager/dispatcher.d/90-pulumi-lvs",
      ],
    ]);
  });

  it.each([...files.keys()])("does not where somebody has edited %s", (path) => {
    const edited = new Map(files).set(path, `${files.get(path)}exit\n`);
    expect(isPersistent(web, journal, edited)).toBe(false);
  });
});

import { CliError } from "../cliError";
import { type Deployment, isLvs, lvsKind, type StateResource } from "../state/checkpoint";
import type { RollbackPlan } from "./plan";

/** The targets of a plan that concern any of the named directors, VIPs and virtual services; all when none is named. */
export function selectTargets(
  { declared, targets }: RollbackPlan,
  { resources: now = [] }: Deployment,
  names: readonly string[],
): string[] {
  if (names.length === 0) return [...targets];
  const own = [...declared, ...now].filter(isLvs);
  const chosen = names.flatMap((name) => {
    const found = own.filter((resource) => concerns(resource, name)).map(({ urn }) => urn);
    if (found.length > 0) return found;
    throw new CliError(
      `--target ${name} is no director, VIP or virtual service, then or now: give a host such as director1, ` +
        'an address, or "tcp 192.0.2.80:80"',
    );
  });
  return targets.filter((urn) => chosen.includes(urn));
}

function concerns(resource: StateResource, name: string): boolean {
  if (resource.urn === name) return true;
  if (lvsKind(resource) === undefined || resource.id === undefined) return false;
  const [host = "", ...words] = resource.id.split(" ");
  if (host === name) return true;
  const thing = words.join(" ");
  const { services } = Object(resource.inputs);
  if (Object.keys(Object(services)).some((service) => isNamed(service, name))) return true;
  return isNamed(thing, name);
}

/** Whether a thing such as `tcp 192.0.2.80:80 -> 192.0.2.11:80` has a name, or an address, that a user gave. */
function isNamed(thing: string, name: string): boolean {
  const vip = (word: string) =>
    word === name || word.startsWith(`${name}:`) || word.startsWith(`[${name}]:`);
  return thing === name || thing.startsWith(`${name} -> `) || thing.split(" ").some(vip);
}

import { CliError } from "../cliError";
import { type Deployment, isLvs, lvsKind, type StateResource } from "../state/checkpoint";
import type { RollbackPlan } from "./plan";

/** The targets of a plan for the named directors, VIPs and virtual services. Without names, all targets. */
export function selectTargets(
  { declared, targets }: RollbackPlan,
  { resources: now = [] }: Deployment,
  names: readonly string[],
): string[] {
  if (names.length === 0) return [...targets];
  const own = [...declared, ...now].filter(isLvs);
  const chosen = names.flatMap((name) => {
    const urns = own.filter((resource) => concerns(resource, name)).map(({ urn }) => urn);
    if (urns.length > 0) return urns;
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
  if (Object.keys(Object(services)).some((service) => matchesName(service, name))) return true;
  return matchesName(thing, name);
}

/** Whether the user's name, virtual service or address matches a thing such as `tcp 192.0.2.80:80 -> 192.0.2.11:80`. */
function matchesName(thing: string, name: string): boolean {
  const vip = (word: string) =>
    word === name || word.startsWith(`${name}:`) || word.startsWith(`[${name}]:`);
  return thing === name || thing.startsWith(`${name} -> `) || thing.split(" ").some(vip);
}

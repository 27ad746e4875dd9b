import { showView } from "../../../provider/cli/show/build";
import type { Look } from "../../../provider/cli/show/observedHost";
import type { ShowView } from "../../../provider/cli/show/view";
import type { StateResource } from "../../../provider/cli/state/checkpoint";
import type { Facts } from "../../../provider/registry/facts";
import { factsOf } from "../../support/captures";
import { observedHosts, reached, trafficFacts } from "./observedHosts";

const words = { project: "lvs", stack: "dev" };

/** When the hosts of a view were read. */
export const time = new Date("2026-11-27T09:00:01Z");

/** What director1 and web1 show, as captured. */
export const live = (facts: Facts = trafficFacts()): Record<string, Look> => ({
  director1: reached(facts),
  web1: reached(factsOf("realServerEverything")),
});

/** The view of these resources on these hosts. */
export const viewOf = (resources: StateResource[], looks = live()) =>
  showView(words, time, observedHosts(resources, looks));

export const directorIn = ({ clusters }: ShowView) => clusters[0]?.directors[0];
export const vipIn = (view: ShowView) => directorIn(view)?.vips[0];
export const serviceIn = (view: ShowView) => vipIn(view)?.services[0];

/** The drift of each real server of the first virtual service. */
export const driftIn = (view: ShowView) =>
  serviceIn(view)?.realServers.map(({ name, drift }) => [name, ...drift]);

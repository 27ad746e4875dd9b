/**
 * The built engine, as users run it: tsx adds code that names every closure, which takes a tenth of the time. The types
 * come from the sources, so that the type check needs no build.
 */
const built = (path: string) => require(`../../dist/provider/${path}`);

export const { check } = built("check") as typeof import("../../provider/check");
export const { diff } = built("diff") as typeof import("../../provider/diff");
export const { virtualService } = built(
  "kinds/virtualService",
) as typeof import("../../provider/kinds/virtualService");
export const { parseRenderedService, parseSavedTable } = built(
  "ipvs/parse",
) as typeof import("../../provider/ipvs/parse");
export const { planService } = built("ipvs/plan") as typeof import("../../provider/ipvs/plan");
export const { renderService } = built(
  "ipvs/render",
) as typeof import("../../provider/ipvs/render");

/**
 * The engine as it is built, and as users run it: what tsx makes of the sources names every closure anew, which takes a
 * tenth of the time. Its types are those of the sources, so that checking them needs no build.
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

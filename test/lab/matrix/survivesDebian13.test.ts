import { tellSurvival } from "../stories/support/survival";
import { survivalOf } from "../stories/support/survivals";

tellSurvival("direct routing on Debian 13", {
  ...survivalOf("dr", { director1: "networkd", web1: "nm", web2: "ifupdown" }),
  releases: { director1: 13, web1: 13, web2: 13 },
});

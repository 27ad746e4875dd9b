import { tellSurvival } from "../stories/support/survival";
import { THREE_MANAGERS } from "../stories/support/threeManagers";

tellSurvival("direct routing on Debian 13, with three network managers", {
  ...THREE_MANAGERS,
  releases: { director1: 13, web1: 13, web2: 13 },
});

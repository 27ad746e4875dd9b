import { tellSurvival } from "../stories/support/survival";
import { EACH_MANAGER_ON_EACH_HOST, survivalOf } from "../stories/support/survivals";

for (const managers of EACH_MANAGER_ON_EACH_HOST) {
  tellSurvival("direct routing", survivalOf("dr", managers));
}

import { tellSurvival } from "./support/survival";
import { THREE_MANAGERS } from "./support/threeManagers";

tellSurvival("direct routing, with three network managers", THREE_MANAGERS);

import { ipv6 } from "./support/ipv6";
import { tellShortStory } from "./support/wholeStory";

tellShortStory("direct routing of IPv4 and IPv6, over TCP and UDP", ipv6);
